import { appendFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createMailCatcher } from '../../local-runner/mail/mail-catcher.ts'
import { connectJavaClient } from '../../local-runner/testing/java-client/java-connection.ts'
import { builtFunctions } from '../testing/built-functions.ts'
import { type FaultStack, startFaultStack } from '../testing/fault-stack.ts'
import { freePortOffset } from '../testing/free-port-offset.ts'
import { createShop } from '../testing/shop.ts'
import { waitFor } from '../testing/wait-for.ts'
import { runClient } from './client.ts'
import { changesOf } from './evidence/effects.ts'
import type { StockRecord } from './evidence/evidence.ts'
import { gatherEvidence } from './evidence/gather-evidence.ts'
import { createHistory } from './evidence/history.ts'
import { createKafkaLog, type KafkaLog } from './evidence/kafka-log.ts'
import { readStock } from './evidence/redis-reader.ts'
import { createForeignProducer, type ForeignProducer } from './foreign-producer.ts'
import { INVARIANTS } from './invariants/invariants.ts'
import { type Fault, runNemesis } from './nemesis.ts'
import { createRandom } from './random.ts'
import type { Report } from './report.ts'
import { type Runners, startRunners } from './runners.ts'

export interface ChaosOptions {
  readonly seed: number
  /** How long faults go on. */
  readonly faultMs: number
  readonly artifactsDirectory: string
  /** Absolute; emptied first. Holds the history and the servers' data and logs. */
  readonly directory: string
  readonly print: (line: string) => void
}

const CLIENTS = 10
/** Those of docs/order-protocol.md. */
const PROTOCOL_FUNCTIONS = ['order', 'stock', 'notification', 'analytics']
const SKUS = ['CHAOS-1', 'CHAOS-2', 'CHAOS-3', 'CHAOS-4', 'CHAOS-5', 'CHAOS-6'] as const
/** How long clients still retry after the last fault has ended. */
const GRACE_MS = 30_000
const SAMPLE_EVERY_MS = 300

/** One run: faults under load, then a wait for rest, then the checks. */
export async function runChaos(options: ChaosOptions): Promise<Report> {
  const { directory, artifactsDirectory } = options
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  await using started = new AsyncDisposableStack()
  const stack = await startFaultStack({ artifactsDirectory, dataDirectory: join(directory, 'servers') })
  started.defer(stack.stop)
  const mail = createMailCatcher({ capacity: Infinity, now: () => Date.now() })
  started.defer(mail.stop)
  const smtpPort = await mail.listen(0, '127.0.0.1')
  const java = await connectJavaClient([stack.kafka.broker])
  started.defer(java.kill)
  const kafka = createKafkaLog(stack.kafka.broker)
  const surprises: string[] = []
  const runners = await startRunners({
    env: {
      KAFKA_BROKERS: stack.kafka.broker,
      REDIS_URL: stack.redis.url,
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    },
    portOffsets: [await freePortOffset(), await freePortOffset()],
    directory,
    rewindGroups: kafka.rewind,
    keepOutput: (name, output) => appendFileSync(join(directory, `${name}.log`), output),
    onDeath: (what) => surprises.push(what),
  })
  started.defer(runners.stop)
  const foreign = createForeignProducer(java, kafka.readRecords)
  return await check(options, { stack, runners, kafka, foreign, mails: mail.mails, surprises })
}

interface Running {
  readonly stack: FaultStack
  readonly runners: Runners
  readonly kafka: KafkaLog
  readonly foreign: ForeignProducer
  readonly mails: ReturnType<typeof createMailCatcher>['mails']
  readonly surprises: readonly string[]
}

async function check(options: ChaosOptions, running: Running): Promise<Report> {
  const { seed, faultMs, print } = options
  const { stack, runners, kafka, mails, surprises } = running
  await createStock(seed, runners)
  const startedAt = Date.now()
  const { faults, samples, history } = await underFaults(options, running)
  const tookMs = Date.now() - startedAt
  print(`seed ${seed}: ${faults.length} faults, ${history.length} requests; waiting for rest`)
  const found = await gatherEvidence({ redis: stack.redis, kafka, mails })
  await runners.rewind()
  const again = await gatherEvidence({ redis: stack.redis, kafka, mails })
  await writeFile(
    join(options.directory, 'mails.json'),
    JSON.stringify(await mails(), ['messageId', 'subject', 'receivedAt'], 2),
  )
  const addedFunctions = builtFunctions
    .map(({ name }) => name)
    .filter((name) => !PROTOCOL_FUNCTIONS.includes(name))
  const evidence = { ...found, history, samples, addedFunctions }
  return {
    seed,
    faultMs,
    tookMs,
    faults,
    requests: history.length,
    orders: found.redis.orders.map(({ status }) => status),
    verdicts: [
      ...INVARIANTS.map(({ id, statement, violations }) => ({
        id,
        statement,
        violations: violations(evidence),
      })),
      {
        id: 'C9',
        statement: 'a rewind of every group changes nothing',
        violations: changesOf(found, again),
      },
      { id: 'C0', statement: 'no runner ends by itself', violations: surprises },
    ],
  }
}

async function createStock(seed: number, runners: Runners): Promise<void> {
  const random = createRandom(`${seed}:stock`)
  const [url] = runners.urls(0)
  const shop = createShop({ url: (port) => url.replace(/\d+$/, (offset) => String(Number(offset) + port)) })
  for (const sku of SKUS) {
    // Scarce, so that orders are refused, and cancelled ones free units again.
    await waitFor(
      () => shop.createStock(sku, random.between(40, 400)),
      ({ status }) => status === 201 || status === 412,
    )
  }
}

async function underFaults(
  { seed, faultMs, directory }: ChaosOptions,
  { stack, runners, kafka, foreign }: Running,
) {
  const history = createHistory(join(directory, 'history.jsonl'))
  const faults: Fault[] = []
  const samples: StockRecord[] = []
  const endsAt = Date.now() + faultMs
  let recoveredAt = Infinity
  const clients = Array.from({ length: CLIENTS }, (_, client) =>
    runClient({
      seed,
      client,
      skus: SKUS,
      orderUrls: runners.urls(8081),
      add: history.add,
      isDone: () => Date.now() >= endsAt,
      hasGivenUp: () => Date.now() > recoveredAt + GRACE_MS,
    }),
  )
  const sampling = (async () => {
    const nodes = stack.redis.nodes.map(({ direct }) => direct)
    for (; recoveredAt === Infinity; await delay(SAMPLE_EVERY_MS))
      samples.push(...(await readStock(nodes, SKUS)))
  })()
  const note = (fault: Fault) => void faults.push(fault)
  try {
    await runNemesis({ seed, stack, runners, redrive: kafka.redrive, foreign, endsAt, note })
  } finally {
    recoveredAt = Date.now()
    await Promise.all([...clients, sampling])
    await history.close()
    await writeFile(join(directory, 'faults.json'), JSON.stringify(faults, null, 2))
  }
  return { faults, samples, history: history.requests }
}

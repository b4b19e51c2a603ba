import { join, resolve } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { withinMs } from '../../async/within-ms.ts'
import { readConfig } from '../../config/config.ts'
import { completeEnvironment } from '../../config/env-files.ts'
import { withoutCredentials } from '../../config/secrets.ts'
import { readManifest } from '../../manifest/manifest.ts'
import { apiUrlOf, findKafka } from '../find-kafka.ts'
import { answered } from './answered.ts'
import { askRunner } from './ask-runner.ts'
import { diagnoseCluster } from './diagnose-cluster.ts'
import { diagnoseDisk } from './diagnose-disk.ts'
import { diagnoseRedis } from './diagnose-redis.ts'
import { examineKafka } from './examine-kafka.ts'
import type { RedisFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { gatherCluster } from './gather-cluster.ts'
import { gatherDisk } from './gather-disk.ts'
import { gatherRedis } from './gather-redis.ts'
import { reportLines } from './report-lines.ts'

const HELP = `Why was my handler not invoked? Examines the disk, the runner, Kafka, Redis, each
Kafka trigger and the dead letters, and reports each cause with its fix.

  npm run doctor                every function with a Kafka trigger
  npm run doctor -- <function>  one of them

Kafka and Redis: KAFKA_BROKERS and REDIS_URL, or else those of the runner with the
same PORT_OFFSET. Exit code 1 when a cause was found.
`

const projectDirectory = join(import.meta.dirname, '..', '..', '..')
const CLUSTER_LIMIT_MS = 10_000
const REDIS_LIMIT_MS = 10_000
const CLOSE_LIMIT_MS = 1000
/** Longer lines are hard to read. */
const MAX_COLUMNS = 100

function report(subject: string, findings: readonly Finding[]) {
  const columns = Math.min(process.stdout.columns || 80, MAX_COLUMNS)
  const [first = '', ...below] = reportLines(subject, findings, columns)
  const mark = styleText(findings.length === 0 ? 'green' : 'red', first.slice(0, 2))
  for (const line of [mark + first.slice(2), ...below]) process.stdout.write(`${line}\n`)
  if (findings.length > 0) process.exitCode = 1
}

async function chooseFunctions(requestedName: string | undefined) {
  const { functions } = await readManifest(join(projectDirectory, 'dist', 'manifest.json'))
  const chosen = functions.filter(({ name }) => requestedName === undefined || name === requestedName)
  if (chosen.length > 0) return chosen
  const names = functions.map(({ name }) => name).join(', ')
  throw new Error(`There is no function "${requestedName}". Functions: ${names}.`)
}

async function examineRunner(apiUrl: string) {
  const answer = await askRunner(apiUrl)
  if (answer.kind === 'silent') {
    const what = `What listens at ${apiUrl} gives no report of mappings: ${answer.why}`
    const fix =
      'If it is the runner, it is paused or overloaded: resume it, or end it and start it again (npm start). If it is another program, give this project a PORT_OFFSET.'
    report('Runner', [{ cause: 'unanswered', what, fix }])
  }
  return answer
}

async function examineRedis(url: string): Promise<RedisFacts | undefined> {
  let facts: RedisFacts | undefined
  const findings = await answered('Redis', REDIS_LIMIT_MS, async () => {
    facts = await gatherRedis(url, () => Date.now())
    return diagnoseRedis(facts)
  })
  report(`Redis at ${withoutCredentials(url)}`, findings)
  return facts
}

async function examine(requestedName: string | undefined) {
  const functions = await chooseFunctions(requestedName)
  const environment = completeEnvironment(projectDirectory, process.env)
  const { dataDirectory, redisUrl, kafkaBrokers } = readConfig(environment, [])
  const disk = await gatherDisk(resolve(projectDirectory, dataDirectory))
  if (disk) report(`Disk of ${disk.directory}`, diagnoseDisk(disk))
  const answer = await examineRunner(apiUrlOf(environment))
  const runner = answer.kind === 'running' ? answer.report : undefined
  const url = redisUrl ?? runner?.redisUrl
  const redis = url === undefined ? undefined : await examineRedis(url)
  // It is the one that would know where Kafka is.
  if (answer.kind === 'silent' && kafkaBrokers === undefined) return
  const { brokers, kafka } = await findKafka('doctor', environment)
  const bootstrap = brokers.join(',')
  const clusterFindings = await answered(`Kafka at ${bootstrap}`, CLUSTER_LIMIT_MS, async () =>
    diagnoseCluster(await gatherCluster(kafka, bootstrap)),
  )
  report(`Kafka at ${bootstrap}`, clusterFindings)
  if (clusterFindings.length > 0) return
  const isAll = requestedName === undefined
  const close = await examineKafka({ kafka, functions, findLive: runner?.findLive, redis, isAll, report })
  await withinMs(CLOSE_LIMIT_MS, close())
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  })
  if (values.help) process.stdout.write(HELP)
  else await examine(positionals[0])
} catch (error) {
  process.stderr.write(`${styleText('red', error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode = 1
}
// A server that does not answer keeps its connections open. The terminal may be a pipe, which is written asynchronously.
process.stdout.write('', () => process.exit())

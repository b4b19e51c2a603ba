// Sends a million records through one event source mapping. Exit code 1 when one is lost, out of order or wrongly discarded.
import { tmpdir } from 'node:os'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { waitUntil } from '../../../local-runner/async/wait-until.ts'
import { createDeadLetters } from '../../../local-runner/dead-letters/dead-letters.ts'
import { createEventSourceMapping } from '../../../local-runner/event-source-mapping/event-source-mapping.ts'
import { kafkaTrigger } from '../../../local-runner/event-source-mapping/parameters.ts'
import { startTestStack } from '../../testing/test-stack.ts'
import { createSoakHandler } from './handler.ts'
import { createLedger } from './ledger.ts'
import { createPlan, PARTITIONS } from './plan.ts'

const TOPIC = 'soak'
const FAILED = 'soak.failed'
const GROUP = 'soak-service'
const CHUNK = 5000
const TIMEOUT_SECONDS = 1200

const plan = createPlan(Number(process.argv[2] ?? 1_000_000))
const { recordCount, perPartition } = plan
const print = (line: string) => console.log(line)

const { kafkaBrokers, stop } = await startTestStack('4.3.1')
const kafka = new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING })
const admin = kafka.admin()

async function produce() {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  for (let from = 0; from < perPartition; from += Math.floor(CHUNK / PARTITIONS)) {
    const to = Math.min(perPartition, from + Math.floor(CHUNK / PARTITIONS))
    const messages = Array.from({ length: PARTITIONS }, (_, partition) =>
      Array.from({ length: to - from }, (_, index) => ({
        partition,
        key: `order-${partition}-${from + index}`,
        value: JSON.stringify({
          orderId: `order-${partition}-${from + index}`,
          sequence: from + index,
          quantity: 2,
        }),
      })),
    )
    await producer.send({ topic: TOPIC, messages: messages.flat() })
  }
  await producer.disconnect()
}

async function committedCount() {
  const [offsets] = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] })
  return (offsets?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
}

try {
  await admin.connect()
  await admin.createTopics({
    topics: [
      { topic: TOPIC, numPartitions: PARTITIONS },
      { topic: FAILED, numPartitions: 3 },
    ],
    waitForLeaders: true,
  })
  const startedAtMs = performance.now()
  await produce()
  const seconds = (since: number) => (performance.now() - since) / 1000
  print(`${recordCount} records written in ${seconds(startedAtMs).toFixed(1)} s`)

  const ledger = createLedger({ partitions: PARTITIONS, perPartition, isPoison: plan.isPoison })
  const counts = new Map<string, number>()
  const handle = createSoakHandler(plan, ledger)
  let invocations = 0
  const mapping = createEventSourceMapping({
    functionName: 'soak',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:soak',
    parameters: kafkaTrigger.parse({
      topics: [TOPIC],
      consumerGroupId: GROUP,
      startingPosition: 'TRIM_HORIZON',
      batchSize: 1000,
      maximumBatchingWindowInSeconds: 0,
      maximumRetryAttempts: 3,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ['ReportBatchItemFailures'],
      destinationConfig: { onFailure: { destination: `kafka://${FAILED}` } },
      provisionedPollerConfig: { minimumPollers: 4, maximumPollers: 4 },
    }),
    kafkaBrokers,
    destinationsDirectory: tmpdir(),
    invoke: (payload) => {
      invocations += 1
      return handle(payload)
    },
    record: ({ name }) => void counts.set(name, (counts.get(name) ?? 0) + 1),
  })
  const startedAt = performance.now()
  await mapping.start()
  const isDone = async () => (await committedCount()) === recordCount
  const isInTime = await waitUntil(isDone, { timeoutSeconds: TIMEOUT_SECONDS })
  const took = seconds(startedAt)
  await mapping.stop()

  const deadLetters = createDeadLetters(kafka)
  const discarded: string[] = []
  for await (const one of deadLetters.show(FAILED))
    discarded.push('original' in one ? `${one.original.partition}@${one.original.offset}` : one.problem)
  await deadLetters.close()
  discarded.sort()
  print(
    `${ledger.handledCount()} handled in ${took.toFixed(1)} s, ${Math.round(recordCount / took)} records/s, ` +
      `${invocations} invocations, ${ledger.repeats()} delivered again, peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  )
  print(`events: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`)
  const faults = [
    ...(isInTime
      ? []
      : [`not all committed after ${TIMEOUT_SECONDS} s: ${await committedCount()} of ${recordCount}`]),
    ...(ledger.handledCount() === recordCount - plan.poison.length
      ? []
      : [`${recordCount - plan.poison.length - ledger.handledCount()} records lost`]),
    ...ledger.outOfOrder().map((one) => `out of order: ${one}`),
    ...(discarded.join() === plan.poison.join()
      ? []
      : [`dead letters ${discarded.join(' ')}, expected ${plan.poison.join(' ')}`]),
  ]
  for (const fault of faults) print(fault)
  print(
    faults.length === 0
      ? `None lost, none out of order, ${discarded.length} poison records in ${FAILED}.`
      : 'The soak failed.',
  )
  if (faults.length > 0) process.exitCode = 1
} finally {
  await admin.disconnect()
  await stop()
}

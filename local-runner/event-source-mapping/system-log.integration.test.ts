import { expect, onTestFinished, test, vi } from 'vitest'
import type { JournalEvent } from '../journal/events.ts'
import { eventsNamed } from '../testing/events-named.ts'
import { createLane } from './lane.ts'
import { createSystemLog } from './system-log.ts'
import { failure, patience, setup, success } from './testing/mapping-on-topic.ts'

const linesOf = (events: readonly JournalEvent[]) =>
  eventsNamed(events, 'mapping.log').map(({ line }) => JSON.parse(line) as Record<string, unknown>)

test('[2.8] INFO logs the connection and its partitions, WARN what went wrong, each as a JSON line of the mapping', async () => {
  const { mapping, fill, committed, topic, brokers, consumerGroupId } = await setup({ partitions: 2 })
  await fill(0, 1)
  let calls = 0
  const { start, events } = mapping(async () => ((calls += 1) === 1 ? failure : success), {
    loggingConfig: { systemLogLevel: 'INFO' },
  })
  await start()
  await expect.poll(committed, patience).toEqual([1, 0])
  const [status, problem] = linesOf(events)
  const uuid = /[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/
  expect(status).toMatchObject({
    eventType: 'POLLER_STATUS_EVENT',
    timestamp: expect.any(Number) as unknown,
    resourceArn: expect.stringMatching(/^arn:aws:lambda:.*:event-source-mapping:/) as unknown,
    eventSourceArn: expect.stringMatching(/^arn:aws:kafka:/) as unknown,
    eventProcessorId: expect.stringMatching(new RegExp(`^${uuid.source}/0$`)) as unknown,
    logLevel: 'INFO',
    kafkaEventSourceConnection: {
      brokerEndpoints: brokers.join(','),
      consumerId: expect.stringMatching(new RegExp(`^${uuid.source}-0$`)) as unknown,
      topics: [topic],
      consumerGroupId,
      securityProtocol: 'PLAINTEXT',
      totalPartitionCount: 2,
      assignedPartitionCount: 2,
      partitionsAssignmentGeneration: 1,
      assignedPartitions: [`${topic}-0`, `${topic}-1`],
    },
  })
  expect(problem).toMatchObject({
    eventType: 'ESM_PROCESSING_EVENT',
    logLevel: 'WARN',
    error: { errorMessage: 'Error: no', errorCode: 'batch.retrying' },
  })
  const stream = eventsNamed(events, 'mapping.log')[0]?.logStreamName
  expect(stream).toMatch(new RegExp(`^\\d{4}/\\d\\d/\\d\\d/${uuid.source}$`))
})

test.for([
  [undefined, []],
  ['WARN', ['ESM_PROCESSING_EVENT']],
  ['INFO', ['POLLER_STATUS_EVENT', 'ESM_PROCESSING_EVENT']],
] as const)('[2.8] the level %s lets through %j', ([level, expected]) => {
  const lines: string[] = []
  const log = createSystemLog({
    level,
    mappingId: 'm',
    topic: 't',
    consumerGroupId: 'g',
    bootstrapServers: 'b',
    securityProtocol: 'SSL',
    lanes: () => [createLane(0, 0)],
    write: ({ line }) => void lines.push(line),
    now: () => 0,
  })
  log.read({ name: 'partitions.positioned', partitionCount: 1, positions: {} })
  log.read({ name: 'consumer.crashed', reason: 'gone', restartInMs: 5 })
  log.read({ name: 'batch.succeeded', records: {}, invoked: 0, retries: 0 })
  expect(lines.map((line) => (JSON.parse(line) as { eventType: string }).eventType)).toEqual(expected)
})

test('[2.8] DEBUG logs the offsets of each partition once a minute', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const lines: string[] = []
  const lane = { ...createLane(1, 0), position: 5004n, committed: 5000n, highWatermark: 5010n }
  const log = createSystemLog({
    level: 'DEBUG',
    mappingId: 'm',
    topic: 't',
    consumerGroupId: 'g',
    bootstrapServers: 'b',
    securityProtocol: 'SSL',
    lanes: () => [lane],
    write: ({ line }) => void lines.push(line),
    now: () => 0,
  })
  log.start()
  vi.advanceTimersByTime(60_000)
  log.stop()
  vi.advanceTimersByTime(120_000)
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    {
      eventType: 'KAFKA_STATUS_EVENT',
      logLevel: 'DEBUG',
      kafkaPartitionOffsets: {
        partition: 't-1',
        endOffset: 5010,
        consumedOffset: 5003,
        processedOffset: 5003,
        committedOffset: 5000,
      },
    },
  ])
})

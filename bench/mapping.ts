// Compares an event source mapping with a bare kafkajs consumer on the same broker: records per second through a backlog,
// and latency from produce to handler under a steady stream.
import { fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { startTestStack } from '../e2e/testing/test-stack.ts'
import { createEventSourceMapping } from '../local-runner/event-source-mapping/event-source-mapping.ts'
import { kafkaTrigger } from '../local-runner/event-source-mapping/parameters.ts'
import { createBareConsumer } from './mapping/bare-consumer.ts'
import { createMeter, type Meter, sendTimesOf } from './mapping/meter.ts'

const PARTITIONS = 12
const BACKLOG = 300_000
const STREAM_PER_SECOND = 2_000
const STREAM_SECONDS = 15

interface Reader {
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

export async function benchMapping(print: (line: string) => void): Promise<void> {
  const { kafkaBrokers, stop } = await startTestStack('4.3.1')
  const kafka = new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  let topics = 0
  let groups = 0

  const createTopic = async () => {
    const topic = `bench-${(topics += 1)}`
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true })
    return topic
  }
  /** In a separate process, so that its work does not count as the reader's. */
  const produce = (topic: string, count: number, perSecond: number) =>
    new Promise<void>((resolve, reject) => {
      const producer = join(import.meta.dirname, 'mapping', 'producer.ts')
      fork(producer, [kafkaBrokers.join(','), topic, String(count), String(perSecond)])
        .on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the producer ended with ${code}`))))
        .on('error', reject)
    })

  const createMapping = (topic: string, meter: Meter): Reader =>
    createEventSourceMapping({
      functionName: 'bench',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
      parameters: kafkaTrigger.parse({
        topics: [topic],
        consumerGroupId: `bench-${(groups += 1)}`,
        startingPosition: 'TRIM_HORIZON',
        batchSize: 500,
        maximumBatchingWindowInSeconds: 0,
        provisionedPollerConfig: { minimumPollers: 4, maximumPollers: 4 },
      }),
      kafkaBrokers,
      destinationsDirectory: tmpdir(),
      invoke: async (payload) => {
        meter.read(sendTimesOf(payload))
        return { outcome: 'success', payload: 'null' }
      },
      record: () => undefined,
    })
  const createBare = (topic: string, meter: Meter): Reader =>
    createBareConsumer({ kafka, topic, groupId: `bench-${(groups += 1)}`, onValues: meter.read })
  const readers = [
    ['bare kafkajs consumer', createBare],
    ['event source mapping', createMapping],
  ] as const

  try {
    await admin.connect()
    const backlog = await createTopic()
    await produce(backlog, BACKLOG, Infinity)
    for (const [name, create] of readers) {
      const meter = createMeter(BACKLOG)
      const reader = create(backlog, meter)
      await reader.start()
      await meter.all
      await reader.stop()
      print(`${name}, backlog of ${BACKLOG}: ${Math.round(meter.perSecond())} records/s`)
    }
    for (const [name, create] of readers) {
      const topic = await createTopic()
      const meter = createMeter(STREAM_PER_SECOND * STREAM_SECONDS)
      const reader = create(topic, meter)
      await reader.start()
      await produce(topic, STREAM_PER_SECOND * STREAM_SECONDS, STREAM_PER_SECOND)
      await meter.all
      await reader.stop()
      const { p50Ms, p99Ms } = meter.latency()
      print(
        `${name}, ${STREAM_PER_SECOND} records/s: from produce to handler p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`,
      )
    }
  } finally {
    await admin.disconnect()
    await stop()
  }
}

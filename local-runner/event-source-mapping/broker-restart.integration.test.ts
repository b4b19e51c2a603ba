import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { createPorts } from '../servers/ports.ts'
import { startServers } from '../servers/servers.ts'
import { createEventSourceMapping } from './event-source-mapping.ts'
import { kafkaTrigger } from './parameters.ts'
import { parseDelivery } from './testing/parse-delivery.ts'

const STANDARD_KAFKA_PORT = 9092
const projectDirectory = join(import.meta.dirname, '..', '..')

test.for(['4.3.1', '3.4.1'] as const)(
  '[2.3] a mapping outlives its broker and goes on where it was: Kafka %s',
  { timeout: 120_000 },
  async (kafkaVersion) => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'broker-restart-'))
    onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }))
    const port = await createPorts({ any: true }).take(STANDARD_KAFKA_PORT)
    const startBroker = () =>
      startServers({
        kafkaVersion,
        projectDirectory,
        artifactsDirectory: join(projectDirectory, '.local', 'artifacts'),
        dataDirectory,
        portOffset: port - STANDARD_KAFKA_PORT,
        native: true,
        print: () => undefined,
        onDeath: () => undefined,
      })
    const first = await startBroker()
    onTestFinished(first.stop)
    const send = async (values: readonly string[]) => {
      const kafka = new Kafka({ brokers: [...first.kafkaBrokers], logLevel: logLevel.NOTHING })
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      await producer.send({ topic: 'orders', messages: values.map((value) => ({ value })) })
      await producer.disconnect()
    }
    const admin = new Kafka({ brokers: [...first.kafkaBrokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    // A broker that has just started may not know its controller yet.
    const createTopic = () =>
      admin
        .createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }], waitForLeaders: true })
        .catch(() => false)
    await expect.poll(createTopic, { timeout: 20_000 }).toBe(true)
    await admin.disconnect()

    const seen: (string | undefined)[] = []
    const names: string[] = []
    const mapping = createEventSourceMapping({
      functionName: 'test',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
      parameters: kafkaTrigger.parse({
        topics: ['orders'],
        consumerGroupId: 'g',
        startingPosition: 'TRIM_HORIZON',
      }),
      kafkaBrokers: first.kafkaBrokers,
      destinationsDirectory: dataDirectory,
      invoke: async (payload) => {
        seen.push(...parseDelivery(payload).map(({ value }) => value))
        return { outcome: 'success', payload: 'null' }
      },
      record: ({ name }) => void names.push(name),
      retryDelayMs: () => 200,
    })
    onTestFinished(mapping.stop)
    await mapping.start()
    await send(['before'])
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['before'])
    await expect.poll(() => mapping.state().lag, { timeout: 20_000 }).toBe(0)

    await first.stop()
    await expect.poll(() => names.includes('consumer.crashed'), { timeout: 40_000 }).toBe(true)
    const second = await startBroker()
    onTestFinished(second.stop)
    expect(second.kafkaBrokers).toEqual(first.kafkaBrokers)
    await send(['after'])
    await expect.poll(() => seen, { timeout: 40_000 }).toEqual(['before', 'after'])
    expect(mapping.state().isReady).toBe(true)
  },
)

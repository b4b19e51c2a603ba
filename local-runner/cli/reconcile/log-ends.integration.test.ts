import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createKafkaClient } from '../../kafka/kafka-client.ts'
import { createLogReader } from '../../kafka/log-reader.ts'
import { startJavaClient } from '../../testing/java-client/java-client.ts'
import { readEnds } from './log-ends.ts'
import { findOpenTransactions } from './open-transactions.ts'
import { createTopicReader } from './topic-reader.ts'

// A partition's last offsets may belong to aborted records and to the markers at the end of transactions.
const brokers = inject('kafkaBrokers')
const kafka = createKafkaClient({ clientId: 'test', brokers, record: () => undefined })
const admin = kafka.admin()
const java = await startJavaClient(brokers, afterAll)
const transactional = await java.createProducer({ transactionalId: randomUUID() })
const { read } = createTopicReader(kafka, brokers.join())
const reader = createLogReader(kafka)

beforeAll(() => admin.connect())
afterAll(() => Promise.all([reader.close(), admin.disconnect()]))

async function newTopic(): Promise<string> {
  const topic = `ends-${randomUUID()}`
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  return topic
}

const send = (topic: string, value: string) => java.send(topic, [{ value }])

async function readTopic(topic: string) {
  const ends = (await readEnds(admin, [topic])).get(topic) ?? new Map<number, never>()
  const values: string[] = []
  await read(topic, ends, async ({ records }) => {
    for (const { event } of records) {
      const value = /"value":"([^"]*)"/.exec(event.json)?.[1] ?? ''
      values.push(Buffer.from(value, 'base64').toString())
    }
  })
  return values
}

/** The markers of a transaction are written after its producer has been answered. */
const untilOffsets = (topic: string, count: bigint) =>
  expect.poll(async () => (await readEnds(admin, [topic])).get(topic)?.get(0)?.high).toBe(count)

const openTransactions = async (topic: string) => findOpenTransactions(reader, await readEnds(admin, [topic]))

test.each(['abort', 'commit'] as const)(
  'reading ends behind the marker of a transaction: %s',
  async (end) => {
    const topic = await newTopic()
    await send(topic, 'before')
    await transactional.begin()
    await transactional.send(topic, [{ value: 'inside' }])
    await transactional[end]()
    await untilOffsets(topic, 3n)
    expect(await readTopic(topic)).toEqual(end === 'commit' ? ['before', 'inside'] : ['before'])
    expect(await openTransactions(topic)).toEqual([])
  },
)

test('a log of nothing but aborted records is read to its end', async () => {
  const topic = await newTopic()
  for (let index = 0; index < 3; index += 1) {
    await transactional.begin()
    await transactional.send(topic, [{ value: 'inside' }])
    await transactional.abort()
  }
  await untilOffsets(topic, 6n)
  expect(await readTopic(topic)).toEqual([])
})

test('an open transaction holds nobody up: the log ends before it, and its place is told', async () => {
  const topic = await newTopic()
  await send(topic, 'before')
  await transactional.begin()
  await transactional.send(topic, [{ value: 'inside' }])
  await send(topic, 'behind')
  try {
    expect(await readTopic(topic)).toEqual(['before'])
    expect(await openTransactions(topic)).toMatchObject([{ topic, partition: 0, offset: 1n }])
  } finally {
    await transactional.commit()
  }
  await untilOffsets(topic, 4n)
  expect(await readTopic(topic)).toEqual(['before', 'inside', 'behind'])
  expect(await openTransactions(topic)).toEqual([])
})

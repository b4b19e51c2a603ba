import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createKafkaClient } from '../../kafka/kafka-client.ts'
import { readEnds } from './log-ends.ts'
import { findOpenTransactions } from './open-transactions.ts'
import { createTopicReader } from './topic-reader.ts'

// A partition's last offsets may belong to aborted records and to the markers at the end of transactions.
const brokers = inject('kafkaBrokers')
const kafka = createKafkaClient({ clientId: 'test', brokers, record: () => undefined })
const admin = kafka.admin()
const transactional = kafka.producer({
  transactionalId: randomUUID(),
  maxInFlightRequests: 1,
  idempotent: true,
})
const plain = kafka.producer()
const { read } = createTopicReader(kafka, brokers.join())

beforeAll(() => Promise.all([admin.connect(), transactional.connect(), plain.connect()]))
afterAll(() => Promise.all([admin.disconnect(), transactional.disconnect(), plain.disconnect()]))

async function newTopic(): Promise<string> {
  const topic = `ends-${randomUUID()}`
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  return topic
}

const send = (producer: Pick<Transaction, 'send'>, topic: string, ...values: readonly string[]) =>
  producer.send({ topic, messages: values.map((value) => ({ value })) })

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

const openTransactions = async (topic: string) => findOpenTransactions(kafka, await readEnds(admin, [topic]))

test.each(['abort', 'commit'] as const)(
  'reading ends behind the marker of a transaction: %s',
  async (end) => {
    const topic = await newTopic()
    await send(plain, topic, 'before')
    const transaction = await transactional.transaction()
    await send(transaction, topic, 'inside')
    await transaction[end]()
    await untilOffsets(topic, 3n)
    expect(await readTopic(topic)).toEqual(end === 'commit' ? ['before', 'inside'] : ['before'])
    expect(await openTransactions(topic)).toEqual([])
  },
)

test('a log of nothing but aborted records is read to its end', async () => {
  const topic = await newTopic()
  for (let index = 0; index < 3; index += 1) {
    const transaction = await transactional.transaction()
    await send(transaction, topic, 'inside')
    await transaction.abort()
  }
  await untilOffsets(topic, 6n)
  expect(await readTopic(topic)).toEqual([])
})

test('an open transaction holds nobody up: the log ends before it, and its place is told', async () => {
  const topic = await newTopic()
  await send(plain, topic, 'before')
  const transaction = await transactional.transaction()
  await send(transaction, topic, 'inside')
  await send(plain, topic, 'behind')
  try {
    expect(await readTopic(topic)).toEqual(['before'])
    expect(await openTransactions(topic)).toEqual([`${topic}-0@1`])
  } finally {
    await transaction.commit()
  }
  await untilOffsets(topic, 4n)
  expect(await readTopic(topic)).toEqual(['before', 'inside', 'behind'])
  expect(await openTransactions(topic)).toEqual([])
})

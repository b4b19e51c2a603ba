import { randomBytes, randomUUID } from 'node:crypto'
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { AppError } from '../errors.ts'
import { mskRecord, type TestRecord } from '../testing/msk-event.ts'
import { recordingLog } from '../testing/recording-log.ts'
import { createProducer } from './producer.ts'
import { createSendDeadLetter } from './send-dead-letter.ts'

const topic = `dead-letter-test-${randomUUID()}`
const brokers = [...inject('kafkaBrokers')]
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
const admin = kafka.admin()
const { send, close } = createProducer({ brokers }, 'test')
const { log, entries } = recordingLog()
const deadLetter = createSendDeadLetter({ service: 'stock', send, now: () => new Date(), log })
const reason = new AppError('invalid', 'event_invalid', 'no lines')
const consumer = kafka.consumer({ groupId: randomUUID() })
const letters: KafkaMessage[] = []

beforeAll(async () => {
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: `${topic}.stock.dlq`, numPartitions: 1 }] })
  await consumer.connect()
  await consumer.subscribe({ topic: `${topic}.stock.dlq`, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void letters.push(message) })
})
afterAll(async () => {
  await close()
  await consumer.disconnect()
  await admin.deleteTopics({ topics: [`${topic}.stock.dlq`] })
  await admin.disconnect()
})

async function stored(...records: readonly Omit<TestRecord, 'topic'>[]): Promise<readonly KafkaMessage[]> {
  letters.length = 0
  await Promise.all(records.map((record) => deadLetter(mskRecord({ topic, ...record }), reason)))
  await vi.waitFor(() => expect(letters).toHaveLength(records.length), 20_000)
  return letters.toSorted((one, other) => offsetOf(one) - offsetOf(other))
}
const header = (letter: KafkaMessage | undefined, name: string) => letter?.headers?.[name]?.toString()
const offsetOf = (letter: KafkaMessage) => Number(header(letter, 'x-dlq-offset'))

test.each<[string, Omit<TestRecord, 'topic'>]>([
  ['of the size that its own topic just takes', { value: randomBytes(1_048_400), headers: { a: 'b' } }],
  ['that was 3 MB before it was compressed', { value: `[${'0,'.repeat(1_500_000)}0]` }],
  ['with a header that leaves no room', { value: 'x', headers: { large: randomBytes(1_048_400) } }],
])('a record %s is put aside without its payload', async (_what, record) => {
  const [letter] = await stored({ offset: 7, ...record })
  expect(letter?.value).toBeNull()
  expect(header(letter, 'x-dlq-payload')).toBe('omitted')
  expect(header(letter, 'x-dlq-topic')).toBe(topic)
  expect(header(letter, 'x-dlq-offset')).toBe('7')
  expect(header(letter, 'x-dlq-value-size')).toBe(String(record.value?.length))
  expect(entries.at(-1)).toMatchObject({ level: 'error', fields: { topic, offset: 7 } })
})

test('one that is too large takes no other with it, nor do many that are too large together only', async () => {
  const [one, other, large] = await stored(
    { offset: 1, value: randomBytes(900_000) },
    { offset: 2, value: randomBytes(900_000) },
    { offset: 3, value: randomBytes(1_100_000) },
  )
  expect([one?.value?.length, other?.value?.length, large?.value]).toEqual([900_000, 900_000, null])
})

import { randomUUID } from 'node:crypto'
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest'
import { startTcpRelay, type TcpRelay } from '../testing/tcp-relay.ts'
import { patchIdleTimer } from './idle-timer.ts'
import { createProducer, type OutgoingRecord } from './producer.ts'

const PRODUCE = 0
const topic = `producer-test-${randomUUID()}`
const [broker = ''] = inject('kafkaBrokers')
const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin()

beforeAll(async () => {
  patchIdleTimer()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 3 }] })
})
afterAll(async () => {
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
})

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A producer whose whole traffic passes a relay: the broker's address in its answers is changed to the relay's. */
async function setup(change: (answer: Buffer) => Buffer | Promise<Buffer> = (answer) => answer) {
  const { hostname, port: brokerPort } = new URL(`tcp://${broker}`)
  const address = (port: number) => {
    const bytes = Buffer.alloc(2 + hostname.length + 4)
    bytes.writeInt16BE(hostname.length)
    bytes.write(hostname, 2)
    bytes.writeInt32BE(port, 2 + hostname.length)
    return bytes
  }
  const requests: number[] = []
  const relay: TcpRelay = await startTcpRelay({
    target: broker,
    onRequest: (chunk) => void requests.push(chunk.readInt16BE(4)),
    toAnswer: (chunk) => change(replaceBytes(chunk, address(Number(brokerPort)), address(relay.port))),
  })
  const producer = createProducer({ brokers: [`127.0.0.1:${relay.port}`] }, 'test')
  stops.push(producer.close, relay.cut)
  return { ...producer, relay, produceRequests: () => requests.filter((apiKey) => apiKey === PRODUCE).length }
}

function replaceBytes(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const at = bytes.indexOf(from)
  return at < 0 ? bytes : Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)])
}

const record = (key: string): OutgoingRecord => ({
  topic,
  key,
  value: `value of ${key}`,
  headers: { name: 'ä' },
})
const unavailable = { name: 'AppError', kind: 'unavailable', code: 'kafka_unavailable' }

async function stored(count: number): Promise<readonly KafkaMessage[]> {
  const messages: KafkaMessage[] = []
  const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({
    groupId: randomUUID(),
  })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => void messages.push(message) })
    await vi.waitFor(() => expect(messages.length).toBeGreaterThanOrEqual(count), 20_000)
    return messages
  } finally {
    await consumer.disconnect()
  }
}

test('records of one turn go out in one request, to every partition, and each is stored as it was given', async () => {
  const { send, produceRequests } = await setup()
  const keys = Array.from({ length: 30 }, (_, index) => `turn-${index}`)
  const empty: OutgoingRecord = { topic, key: null, value: null, headers: {} }
  await Promise.all([...keys.map(record), empty].map(send))
  expect(produceRequests()).toBe(1)
  const messages = await stored(keys.length + 1)
  const texts = messages.map(({ key, value }) => [key?.toString(), value?.toString()])
  expect(texts.sort()).toEqual(
    [...keys.map((key) => [key, `value of ${key}`]), [undefined, undefined]].sort(),
  )
  expect(messages.find(({ key }) => key !== null)?.headers?.name?.toString()).toBe('ä')
})

/** In a produce answer the topic's name is followed by: one partition, its index, its error. */
const produceAnswer = (partition: number, errorCode = 0) =>
  Buffer.concat([Buffer.from(topic), Buffer.from([0, 0, 0, 1, 0, 0, 0, partition, 0, errorCode])])
const changeProduceAnswers = (change: (partition: number) => Buffer) => (answer: Buffer) =>
  [0, 1, 2].reduce(
    (changed, partition) => replaceBytes(changed, produceAnswer(partition), change(partition)),
    answer,
  )

test('a record whose partition is missing in the acknowledgement is not taken for stored', async () => {
  const { send, produceRequests } = await setup(changeProduceAnswers(() => produceAnswer(9)))
  await expect(send(record('unacknowledged'))).rejects.toMatchObject(unavailable)
  expect(produceRequests()).toBe(1)
})

test('a record that the broker refuses is not sent a second time, as kafkajs can lose it there', async () => {
  const NOT_LEADER = 6
  const { send, produceRequests } = await setup(
    changeProduceAnswers((partition) => produceAnswer(partition, NOT_LEADER)),
  )
  await expect(send(record('refused'))).rejects.toMatchObject(unavailable)
  expect(produceRequests()).toBe(1)
})

test('a lost broker fails the records sent meanwhile, and takes new ones once it is back', async () => {
  const { send, relay } = await setup()
  await send(record('before'))
  await relay.cut()
  await expect(send(record('meanwhile'))).rejects.toMatchObject(unavailable)
  await relay.mend()
  await vi.waitFor(() => send(record('after')), 20_000)
})

test('a broker that is away at the first record is found once it is there', async () => {
  const { send, relay } = await setup()
  await relay.cut()
  await expect(send(record('too-early'))).rejects.toMatchObject(unavailable)
  await relay.mend()
  await vi.waitFor(() => send(record('in-time')), 20_000)
})

test('a broker that takes the first connection but gives no answer is found once it answers', async () => {
  const { promise: answers, resolve: answer } = Promise.withResolvers<void>()
  const { send } = await setup((chunk) => answers.then(() => chunk))
  await expect(send(record('unheard'))).rejects.toMatchObject(unavailable)
  await expect(send(record('unheard again'))).rejects.toMatchObject(unavailable)
  answer()
  await vi.waitFor(() => send(record('heard')), 20_000)
})

test('a record for a topic that does not exist is refused', async () => {
  const { send } = await setup()
  await expect(send({ ...record('k'), topic: `${topic}-missing` })).rejects.toMatchObject(unavailable)
})

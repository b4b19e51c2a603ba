import { randomUUID } from 'node:crypto'
import { Kafka, type KafkaMessage, logLevel, type Message, Partitioners } from 'kafkajs'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createKafkaClient } from '../kafka/kafka-client.ts'
import { headersInOrder } from '../kafka/kafkajs/header-order.ts'
import { createLogReader, readLog } from '../kafka/log-reader.ts'
import { createDeadLetters } from './dead-letters.ts'

const brokers = inject('kafkaBrokers')

/** A source topic and its dead-letter topic, both of this test only. */
async function setup({ partitions = 1, dlqPartitions = 1 } = {}) {
  const topic = `orders-${randomUUID()}`
  const dlq = `${topic}.stock.dlq`
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  const reader = createLogReader(kafka)
  await Promise.all([admin.connect(), producer.connect()])
  onTestFinished(async () => {
    await Promise.all([admin.disconnect(), producer.disconnect(), reader.close()])
  })
  await admin.createTopics({
    topics: [
      { topic, numPartitions: partitions },
      { topic: dlq, numPartitions: dlqPartitions },
    ],
    waitForLeaders: true,
  })
  return {
    topic,
    dlq,
    admin,
    send: async (to: string, messages: readonly Message[]) => {
      await producer.send({ topic: to, messages: [...messages] })
    },
    /** A partition's records; a transaction that was committed just now shows a moment later. */
    read: async (count: number, partition = 0) => {
      let messages: KafkaMessage[] = []
      const readAll = async () => {
        messages = []
        for await (const one of readLog(reader, { topic, partition, offset: 0n })) messages.push(one)
        return messages.length
      }
      await expect.poll(readAll, { timeout: 10_000 }).toBe(count)
      return messages
    },
    /** A client of its own, as each command is. */
    deadLetters: () => {
      const one = createDeadLetters(createKafkaClient({ clientId: 'test', brokers, record: () => undefined }))
      onTestFinished(one.close)
      return one
    },
  }
}

interface Letter {
  readonly partition?: number
  readonly offset: number
  readonly key?: string
  readonly value?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

/** As a function writes it. */
const toLetter = (topic: string, { partition = 0, offset, key, value = `v-${offset}`, headers }: Letter) => ({
  key: key ?? null,
  value,
  headers: {
    ce_id: `${partition}:${offset}`,
    ...headers,
    'x-dlq-reason': 'EVENT_INVALID: no lines',
    'x-dlq-topic': topic,
    'x-dlq-partition': String(partition),
    'x-dlq-offset': String(offset),
    'x-dlq-count': '1',
    'x-dlq-at': '2026-11-24T12:00:00.000Z',
  },
})

const headerOf = ({ headers }: KafkaMessage, name: string) =>
  headersInOrder(headers)
    ?.find(({ key }) => key === name)
    ?.value?.toString()

const all = { ids: undefined, isDryRun: false } as const

test(
  'redrives 500 dead letters to the topic named in their headers, in partition order and once each, however often it is told',
  { timeout: 60_000 },
  async () => {
    const { topic, dlq, send, read, deadLetters } = await setup({ partitions: 12, dlqPartitions: 3 })
    const letters = Array.from({ length: 500 }, (_, index) => ({ partition: index % 12, offset: index }))
    // Not in their order, as three partitions and several environments give none.
    const shuffled = letters.toSorted((a, b) => ((a.offset * 7919) % 503) - ((b.offset * 7919) % 503))
    await send(
      dlq,
      shuffled.map((letter) => toLetter(topic, { ...letter, key: `k-${letter.offset}` })),
    )

    const redrive = () => deadLetters().redrive({ topic: dlq, ...all })
    // Two at once: the later fences off the earlier, which may have redriven a part.
    await Promise.allSettled([redrive(), redrive()])
    await redrive()
    expect(await redrive()).toMatchObject({ redriven: [] })
    for (let partition = 0; partition < 12; partition += 1) {
      const expected = letters.filter((letter) => letter.partition === partition)
      const back = await read(expected.length, partition)
      expect(back.map((one) => headerOf(one, 'ce_id'))).toEqual(
        expected.map(({ offset }) => `${partition}:${offset}`),
      )
      expect(back.map(({ key }) => key?.toString())).toEqual(expected.map(({ offset }) => `k-${offset}`))
    }
  },
)

test('a record goes back as it came, with one redrive more, and its count of failures grows', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  await send(dlq, [toLetter(topic, { offset: 4, key: 'k', headers: { 'x-redrive-count': '1' } })])
  await deadLetters().redrive({ topic: dlq, ...all })
  const [back] = await read(1)
  expect(headersInOrder(back?.headers)?.map(({ key, value }) => [key, value?.toString()])).toEqual([
    ['ce_id', '0:4'],
    ['x-dlq-count', '1'],
    ['x-redrive-count', '2'],
  ])
  expect([back?.key?.toString(), back?.value?.toString()]).toEqual(['k', 'v-4'])
})

test('a tombstone and a record without key go back as such', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  await send(dlq, [toLetter(topic, { offset: 1, value: null })])
  await deadLetters().redrive({ topic: dlq, ...all })
  expect((await read(1)).map(({ key, value }) => ({ key, value }))).toEqual([{ key: null, value: null }])
})

test('a dry run shows what would go and changes nothing', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  await send(dlq, [toLetter(topic, { offset: 9 }), toLetter(topic, { offset: 2 })])
  const report = await deadLetters().redrive({ topic: dlq, ids: undefined, isDryRun: true })
  expect(report).toEqual({
    isDryRun: true,
    redriven: [
      { id: '0@1', to: `${topic}-0` },
      { id: '0@0', to: `${topic}-0` },
    ],
    skipped: [],
  })
  await read(0)
})

test('one is redriven edited, the others stay', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  await send(dlq, [toLetter(topic, { offset: 0 }), toLetter(topic, { offset: 1, key: 'k' })])
  const { redrive, show } = deadLetters()
  await redrive({ topic: dlq, ids: ['0@1'], newValue: Buffer.from('fixed'), isDryRun: false })
  expect((await read(1)).map(({ key, value }) => [key?.toString(), value?.toString()])).toEqual([
    ['k', 'fixed'],
  ])
  expect((await show(dlq)).map((one) => 'isRedriven' in one && one.isRedriven)).toEqual([false, true])
  await expect(redrive({ topic: dlq, ...all, newValue: Buffer.from('x') })).rejects.toThrow('one dead letter')
})

test('what is not redriven is named with the reason', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  await send(dlq, [
    toLetter(topic, { offset: 1, headers: { 'x-redrive-count': '3' } }),
    toLetter(topic, { offset: 2 }),
    toLetter(topic, { offset: 2 }),
    { value: 'stray' },
  ])
  const report = await deadLetters().redrive({
    topic: dlq,
    ids: ['0@0', '0@1', '0@2', '0@3', '0@7'],
    isDryRun: false,
  })
  expect(report.skipped).toMatchObject([
    { id: '0@0', why: expect.stringContaining('redriven 3 times') as unknown },
    { id: '0@2', why: 'is a second copy of another dead letter' },
    { id: '0@3', why: expect.stringContaining('no x-dlq- headers') as unknown },
    { id: '0@7', why: 'does not exist' },
  ])
  await read(1)
})

test('a rate limit spreads the transactions, and a redrive that is interrupted goes on where it was', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  await send(
    dlq,
    [0, 1, 2, 3].map((offset) => toLetter(topic, { offset })),
  )
  const slow = deadLetters()
  const interrupted = slow.redrive({ topic: dlq, ...all, ratePerSecond: 0.5 })
  const refused = expect(interrupted).rejects.toThrow()
  await read(1)
  await slow.close()
  await refused
  await read(1)
  const { redriven } = await deadLetters().redrive({ topic: dlq, ...all })
  expect(redriven.map(({ id }) => id)).toEqual(['0@1', '0@2', '0@3'])
  expect((await read(4)).map(({ value }) => value?.toString())).toEqual(['v-0', 'v-1', 'v-2', 'v-3'])
})

test("a mapping's on-failure document gives its record back, header bytes and all", async () => {
  const { topic, send, admin, read, deadLetters } = await setup()
  const failed = `${topic}.stock.failed`
  await admin.createTopics({ topics: [{ topic: failed, numPartitions: 1 }], waitForLeaders: true })
  const record = {
    topic,
    partition: 0,
    offset: 7,
    timestamp: 0,
    timestampType: 'CREATE_TIME',
    key: Buffer.from('k').toString('base64'),
    value: Buffer.from('v').toString('base64'),
    headers: [{ b: [-36] }, { a: [49] }],
  }
  const document = {
    requestContext: {
      requestId: 'r',
      functionArn: 'f',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 11,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2026-11-24T12:00:00.000Z',
    payload: { eventSource: 'aws:kafka', records: { [`${topic}-0`]: [record] } },
  }
  await send(failed, [
    { value: JSON.stringify(document) },
    { value: JSON.stringify({ ...document, payloadOmitted: true }) },
  ])
  const { show, redrive, list } = deadLetters()
  expect(await show(failed)).toMatchObject([
    { kind: 'failed', id: '0@0', reason: 'RetriesExhausted', attempts: 11, isRedriven: false },
    { id: '0@1', problem: expect.stringContaining(`${topic} partition 0 offset 7`) as unknown },
  ])
  await redrive({ topic: failed, ...all })
  const [back] = await read(1)
  expect([back?.key?.toString(), back?.value?.toString()]).toEqual(['k', 'v'])
  expect(headersInOrder(back?.headers)?.[0]).toEqual({ key: 'b', value: Buffer.from([0xdc]) })
  expect((await list()).filter((one) => one.topic === failed)).toEqual([
    { topic: failed, total: 2, waiting: 1 },
  ])
})

test('a topic that is not there is named, with those that are', async () => {
  const { dlq, deadLetters } = await setup()
  await expect(deadLetters().show('nowhere.dlq')).rejects.toThrow(/no topic "nowhere.dlq".*stock\.dlq/)
  await expect(deadLetters().redrive({ topic: dlq, ...all, ratePerSecond: 0 })).rejects.toThrow('above 0')
})

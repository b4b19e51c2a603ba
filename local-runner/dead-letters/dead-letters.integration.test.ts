import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, type KafkaMessage, logLevel, type Message, Partitioners } from 'kafkajs'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createKafkaClient } from '../kafka/kafka-client.ts'
import { headersInOrder } from '../kafka/kafkajs/header-order.ts'
import { toOrderedHeaders } from '../kafka/kafkajs/ordered-headers.ts'
import { createLogReader, readLog } from '../kafka/log-reader.ts'
import { startJavaClient } from '../testing/java-client/java-client.ts'
import { createDeadLetters } from './dead-letters.ts'
import { ensureNotesTopic, noteKeyOf, NOTES_TOPIC } from './notes.ts'
import { redrive } from './redrive.ts'

const brokers = inject('kafkaBrokers')

/** A source topic and its dead-letter topic, both of this test only. */
async function setup({ partitions = 1, dlqPartitions = 1, maxBytes = 1_048_588, canDescribe = true } = {}) {
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
      {
        topic,
        numPartitions: partitions,
        configEntries: [{ name: 'max.message.bytes', value: `${maxBytes}` }],
      },
      {
        topic: dlq,
        numPartitions: dlqPartitions,
        configEntries: [{ name: 'max.message.bytes', value: '2097152' }],
      },
    ],
    waitForLeaders: true,
  })
  return {
    topic,
    dlq,
    kafka,
    admin,
    reader,
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
      const client = createKafkaClient({ clientId: 'test', brokers, record: () => undefined })
      const describeConfigs = () => Promise.reject(new Error('not authorized'))
      if (!canDescribe) Object.assign(client, { admin: () => ({ ...kafka.admin(), describeConfigs }) })
      const one = createDeadLetters(client)
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

async function toArray<One>(many: AsyncIterable<One>): Promise<readonly One[]> {
  const array: One[] = []
  for await (const one of many) array.push(one)
  return array
}

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
    ['x-redrive-to', 'stock'],
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
  expect((await toArray(show(dlq))).map((one) => 'isRedriven' in one && one.isRedriven)).toEqual([
    false,
    true,
  ])
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
  expect(await toArray(show(failed))).toMatchObject([
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
  await expect(toArray(deadLetters().show('nowhere.dlq'))).rejects.toThrow(
    /no topic "nowhere.dlq".*stock\.dlq/,
  )
  await expect(deadLetters().redrive({ topic: dlq, ...all, ratePerSecond: 0 })).rejects.toThrow('above 0')
})

test('a record is redriven to the service that refused it, with its headers in their order', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  const headers = toOrderedHeaders(
    [
      ['b', '1'],
      ['a', '2'],
      ['x-redrive-to', 'analytics'],
      ['b', '3'],
      ['x-dlq-topic', topic],
      ['x-dlq-partition', '0'],
      ['x-dlq-offset', '5'],
    ].map(([key = '', value = '']) => ({ key, value: Buffer.from(value) })),
  )
  await send(dlq, [{ value: 'v', headers }])
  await deadLetters().redrive({ topic: dlq, ...all })
  const [back] = await read(1)
  expect(headersInOrder(back?.headers)?.map(({ key, value }) => [key, value?.toString()])).toEqual([
    ['b', '1'],
    ['a', '2'],
    ['b', '3'],
    ['x-redrive-count', '1'],
    ['x-redrive-to', 'stock'],
  ])
})

test('a discarded record is redriven to the function of its mapping, where the document names it', async () => {
  const { topic, send, admin, read, deadLetters } = await setup()
  const failed = `${topic}.failed`
  await admin.createTopics({ topics: [{ topic: failed }], waitForLeaders: true })
  const documentOf = (functionArn: string, offset: number) => ({
    value: JSON.stringify({
      requestContext: { functionArn, condition: 'RetriesExhausted', approximateInvokeCount: 1 },
      timestamp: '2026-11-24T12:00:00.000Z',
      payload: { records: { [`${topic}-0`]: [{ topic, partition: 0, offset, headers: [] }] } },
    }),
  })
  await send(failed, [
    documentOf('arn:aws:lambda:us-east-1:000000000000:function:analytics:live', 1),
    documentOf('unknown', 2),
  ])
  await deadLetters().redrive({ topic: failed, ...all })
  const addressees = (await read(2)).map((one) => headerOf(one, 'x-redrive-to'))
  expect(addressees).toEqual(['analytics', undefined])
})

/** So that the redriven record of a key `k` has exactly the bytes that its topic allows. */
const LARGEST = 1_048_588 - 134

test('a letter that does not fit back is left and named, the rest goes on, and nothing of it is in the log', async () => {
  const { topic, dlq, admin, send, read, deadLetters } = await setup()
  const letter = (offset: number, length: number) =>
    toLetter(topic, { offset, key: 'k', value: 'v'.repeat(length) })
  await send(dlq, [letter(1, 1)])
  await send(dlq, [letter(2, LARGEST + 1)])
  await send(dlq, [letter(3, LARGEST)])
  await send(dlq, [letter(4, 1)])
  const { redrive, list } = deadLetters()
  const left = [{ id: '0@1', why: expect.stringContaining('does not fit') as unknown, isWaiting: true }]
  const moved = ['0@0', '0@2', '0@3'].map((id) => ({ id, to: `${topic}-0` }))
  const dry = await redrive({ topic: dlq, ids: undefined, isDryRun: true })
  expect(dry).toEqual({ isDryRun: true, redriven: moved, skipped: left })
  expect(await redrive({ topic: dlq, ...all })).toEqual({ isDryRun: false, redriven: moved, skipped: left })
  expect((await read(3)).map(({ value }) => value?.length)).toEqual([1, LARGEST, 1])
  expect((await list()).find((one) => one.topic === dlq)).toEqual({ topic: dlq, total: 4, waiting: 1 })

  const endOf = async () => (await admin.fetchTopicOffsets(topic))[0]?.high
  const end = await endOf()
  expect(await redrive({ topic: dlq, ...all })).toMatchObject({ redriven: [] })
  expect(await endOf()).toBe(end)
})

test('where the limit of a topic cannot be read, what its broker refuses is left and named', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup({ maxBytes: 2000, canDescribe: false })
  const lengths = [10, 3000, 10, 1000, 1000]
  await send(
    dlq,
    lengths.map((length, offset) => toLetter(topic, { offset, value: 'v'.repeat(length) })),
  )
  const { redriven, skipped } = await deadLetters().redrive({ topic: dlq, ...all })
  expect(redriven.map(({ id }) => id)).toEqual(['0@0', '0@2', '0@3', '0@4'])
  expect(skipped).toMatchObject([{ id: '0@1', why: expect.stringContaining('does not fit') as unknown }])
  expect((await read(4)).map(({ value }) => value?.length)).toEqual([10, 10, 1000, 1000])
})

test('many letters that are small for their topic alone are redriven, whatever they are together', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  const letters = Array.from({ length: 30 }, (_, offset) =>
    toLetter(topic, { offset, value: 'v'.repeat(90_000) }),
  )
  for (const letter of letters) await send(dlq, [letter])
  const { redriven } = await deadLetters().redrive({ topic: dlq, ...all })
  expect(redriven).toHaveLength(30)
  await read(30)
})

test('a letter without its payload is shown with its place and is not redriven', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  const headers = { 'x-dlq-payload': 'omitted', 'x-dlq-sha256': 'ab', 'x-dlq-size': '3000000' }
  const { value: _, ...letter } = toLetter(topic, { offset: 7 })
  await send(dlq, [{ ...letter, value: null, headers: { ...letter.headers, ...headers } }])
  const { redrive, show } = deadLetters()
  const problem = expect.stringContaining(`${topic} partition 0 offset 7`) as unknown
  expect(await toArray(show(dlq))).toMatchObject([{ id: '0@0', reason: 'EVENT_INVALID: no lines', problem }])
  expect(await redrive({ topic: dlq, ...all })).toMatchObject({
    redriven: [],
    skipped: [{ id: '0@0', why: problem, isWaiting: true }],
  })
  await read(0)
})

test('a discarded letter waits no longer, shows its reason, and is never redriven', async () => {
  const { topic, dlq, send, read, deadLetters } = await setup()
  await send(dlq, [
    toLetter(topic, { offset: 1 }),
    toLetter(topic, { offset: 2 }),
    toLetter(topic, { offset: 2 }),
    { value: 'stray' },
  ])
  const { discard, redrive, show, find, list } = deadLetters()
  expect(await discard({ topic: dlq, ids: ['0@1', '0@3', '0@9'], reason: 'a test order' })).toMatchObject({
    discarded: ['0@1', '0@3'],
    skipped: [{ id: '0@9', why: 'does not exist' }],
  })
  // The copy of 0@1 is settled with it.
  expect((await list()).find((one) => one.topic === dlq)).toEqual({ topic: dlq, total: 4, waiting: 1 })
  const discarded = { at: expect.any(String) as unknown, reason: 'a test order' }
  expect(await find(dlq, '0@3')).toMatchObject({ discarded })
  expect((await toArray(show(dlq))).map((one) => one.discarded?.reason)).toEqual([
    undefined,
    'a test order',
    'a test order',
    'a test order',
  ])
  const { redriven, skipped } = await redrive({ topic: dlq, ...all })
  expect(redriven).toEqual([{ id: '0@0', to: `${topic}-0` }])
  expect(skipped).toMatchObject(
    ['0@1', '0@2', '0@3'].map((id) => ({ id, why: 'was discarded: a test order' })),
  )
  await read(1)
  expect(await discard({ topic: dlq, ids: undefined, reason: 'all' })).toMatchObject({ discarded: [] })
  await expect(discard({ topic: dlq, ids: undefined, reason: ' ' })).rejects.toThrow('Say why')
})

test('a letter of the plan that cannot be loaded still waits', async () => {
  const { topic, dlq, kafka, admin, reader, send, read, deadLetters } = await setup()
  await send(dlq, [toLetter(topic, { offset: 1 })])
  const [letter] = await toArray(deadLetters().show(dlq))
  const find = async function* () {
    if (letter !== undefined && 'original' in letter)
      yield* [letter, { ...letter, id: '0@7', original: { ...letter.original, offset: 2n } }]
  }
  const { signal } = new AbortController()
  expect(await redrive({ topic: dlq, ...all }, { kafka, admin, reader, find, signal })).toMatchObject({
    redriven: [{ id: '0@0' }],
    skipped: [{ id: '0@7', isWaiting: true }],
  })
  await read(1)
})

/** Leaves a transaction open before the end of the notes, as a command on another topic may. */
async function openNotes() {
  const one = await setup()
  await ensureNotesTopic(one.admin)
  const java = await startJavaClient(brokers)
  const other = await java.createProducer({ transactionalId: `redrive.${randomUUID()}` })
  await other.begin()
  await other.send(NOTES_TOPIC, [{ key: 'another letter', value: '{}' }])
  return { ...one, end: other.abort }
}

test("what is noted behind another topic's open transaction is not redriven", async () => {
  const { topic, dlq, send, read, deadLetters, end } = await openNotes()
  await send(
    dlq,
    [1, 2, 3].map((offset) => toLetter(topic, { offset })),
  )
  const { redrive, show } = deadLetters()
  const [redriven = '', discarded = ''] = (await toArray(show(dlq))).map(noteKeyOf)
  await send(NOTES_TOPIC, [
    { key: redriven, value: '{}' },
    { key: discarded, value: JSON.stringify({ discarded: true, at: '', reason: 'a test order' }) },
  ])
  const redriving = redrive({ topic: dlq, ...all })
  await Promise.race([redriving, delay(2000)])
  await end()
  expect(await redriving).toMatchObject({
    redriven: [{ id: '0@2' }],
    skipped: [{ why: 'was redriven already' }, { why: 'was discarded: a test order' }],
  })
  await read(1)
})

test('a redrive that waits for the end of such a transaction can be interrupted', async () => {
  const { topic, dlq, send, deadLetters, end } = await openNotes()
  await send(dlq, [toLetter(topic, { offset: 1 })])
  const { redrive, close } = deadLetters()
  const refused = expect(redrive({ topic: dlq, ...all })).rejects.toThrow()
  await Promise.race([refused, delay(2000)])
  await close()
  await refused
  await end()
})

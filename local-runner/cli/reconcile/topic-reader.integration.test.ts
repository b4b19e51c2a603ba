import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import * as z from 'zod'
import { createKafkaClient } from '../../kafka/kafka-client.ts'
import { startJavaClient } from '../../testing/java-client/java-client.ts'
import { readEnds, readLag, requireWholeLog } from './log-ends.ts'
import { createTopicReader } from './topic-reader.ts'

const brokers = inject('kafkaBrokers')
const kafka = createKafkaClient({ clientId: 'test', brokers, record: () => undefined })
const admin = kafka.admin()
const producer = kafka.producer()
const { read } = createTopicReader(kafka, brokers.join())

beforeAll(() => Promise.all([admin.connect(), producer.connect()]))
afterAll(() => Promise.all([admin.disconnect(), producer.disconnect()]))

async function newTopic(numPartitions: number): Promise<string> {
  const topic = `reconcile-${randomUUID()}`
  await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true })
  return topic
}

const produce = (topic: string, partition: number, count: number) =>
  producer.send({
    topic,
    messages: Array.from({ length: count }, (_, index) => ({ partition, key: 'k', value: String(index) })),
  })

const event = z.object({
  eventSource: z.literal('aws:kafka'),
  records: z.record(z.string(), z.array(z.object({ value: z.string() }))),
})

test('reads every record up to the ends once, in chunks of one partition and in its order', async () => {
  const topic = await newTopic(3)
  await produce(topic, 0, 250)
  await produce(topic, 2, 1)
  const ends = (await readEnds(admin, [topic])).get(topic)
  if (!ends) throw new Error('no ends')
  await produce(topic, 0, 5)

  const sizes: number[] = []
  const values = new Map<number, string[]>()
  await read(topic, ends, async (chunk) => {
    const { records } = event.parse(JSON.parse(chunk.toPayload(chunk.records)))
    const [ofPartition = '', ...others] = Object.keys(records)
    expect(others).toEqual([])
    const partition = Number(ofPartition.slice(topic.length + 1))
    sizes.push(chunk.records.length)
    const texts = Object.values(records)
      .flat()
      .map(({ value }) => Buffer.from(value, 'base64').toString())
    values.set(partition, [...(values.get(partition) ?? []), ...texts])
  })
  expect(values.get(0)).toEqual(Array.from({ length: 250 }, (_, index) => String(index)))
  expect(values.get(2)).toEqual(['0'])
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100)
  expect((await admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith('reconcile-'))).toEqual(
    [],
  )
})

test('a record that fits in no invocation is named, and the records around it are read', async () => {
  const topic = await newTopic(1)
  await produce(topic, 0, 1)
  // Below 1 MB in the log.
  const zeros = (times: number) => ({ partition: 0, value: [{ part: '0', times }] })
  const java = await startJavaClient(brokers)
  await java.send(topic, [zeros(5_000_000), zeros(4_500_000)], 'gzip')
  await produce(topic, 0, 1)
  const ends = (await readEnds(admin, [topic])).get(topic)
  if (!ends) throw new Error('no ends')
  const places: string[] = []
  const tooLarge: string[] = []
  await read(topic, ends, async (chunk) => {
    places.push(...chunk.records.map(({ place }) => place))
    tooLarge.push(...chunk.tooLarge)
    expect(chunk.toPayload(chunk.records).length).toBeLessThan(6_290_556)
  })
  expect({ places, tooLarge }).toEqual({
    places: [`${topic}-0@0`, `${topic}-0@2`, `${topic}-0@3`],
    tooLarge: [`${topic}-0@1`],
  })
})

test('ends with the error of whoever handles a chunk', async () => {
  const topic = await newTopic(1)
  await produce(topic, 0, 3)
  const ends = (await readEnds(admin, [topic])).get(topic)
  if (!ends) throw new Error('no ends')
  await expect(read(topic, ends, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
})

test('closes every connection, also where several partitions are read at once', async () => {
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  const topic = await newTopic(8)
  for (let partition = 0; partition < 8; partition += 1) await produce(topic, partition, 3)
  const ends = (await readEnds(admin, [topic])).get(topic)
  if (!ends) throw new Error('no ends')
  const before = sockets()
  await read(topic, ends, async () => undefined)
  await expect.poll(sockets).toBe(before)
})

test('an empty topic is read at once', async () => {
  const topic = await newTopic(2)
  const ends = (await readEnds(admin, [topic])).get(topic)
  if (!ends) throw new Error('no ends')
  await read(topic, ends, () => Promise.reject(new Error('there is nothing')))
})

test('tells how far a group is behind, and nothing of one that has read all', async () => {
  const topic = await newTopic(2)
  await produce(topic, 1, 4)
  const groupId = `group-${randomUUID()}`
  const lag = async () => readLag(admin, [{ groupId, topics: [topic] }], await readEnds(admin, [topic]))
  // The first group of a new broker: its coordinator takes a moment.
  await expect.poll(lag, { timeout: 10_000 }).toEqual(new Map([[groupId, 4n]]))
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 1, offset: '4' }] })
  expect(await lag()).toEqual(new Map())
})

test('refuses a topic whose beginning is deleted, and changes nothing', () => {
  const whole = new Map([[0, { low: 0n, high: 9n }]])
  const cut = new Map([
    [0, { low: 0n, high: 9n }],
    [1, { low: 3n, high: 9n }],
  ])
  expect(() => requireWholeLog(new Map([['whole', whole]]))).not.toThrow()
  expect(() =>
    requireWholeLog(
      new Map([
        ['whole', whole],
        ['cut', cut],
      ]),
    ),
  ).toThrow('oldest records of cut are deleted')
})

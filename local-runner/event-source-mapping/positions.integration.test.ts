import { Partitioners } from 'kafkajs'
import { expect, test } from 'vitest'
import { failure, offsetsOf, patience, setup, success } from './testing/mapping-on-topic.ts'
import type { Delivered } from './testing/parse-delivery.ts'

function collector() {
  const seen: Delivered[] = []
  return {
    seen,
    invoke: async (records: readonly Delivered[]) => {
      seen.push(...records)
      return success
    },
  }
}

test.for(['TRIM_HORIZON', 'LATEST'])(
  '[2.2] [6.9] the offsets that a group has already win over StartingPosition %s',
  async (startingPosition) => {
    const { mapping, fill, committed, admin, consumerGroupId, topic } = await setup()
    await fill(0, 6)
    await admin.setOffsets({ groupId: consumerGroupId, topic, partitions: [{ partition: 0, offset: '4' }] })
    const { seen, invoke } = collector()
    const { start } = mapping(invoke, { startingPosition })
    await start()
    await expect.poll(committed, patience).toEqual([6])
    expect(offsetsOf(seen)).toEqual([4, 5])
  },
)

test('[2.2] TRIM_HORIZON begins at the oldest record that is still there', async () => {
  const { mapping, fill, committed, cutLog } = await setup()
  await fill(0, 6)
  await cutLog(2)
  const { seen, invoke } = collector()
  const { start } = mapping(invoke)
  await start()
  await expect.poll(committed, patience).toEqual([6])
  expect(offsetsOf(seen)).toEqual([2, 3, 4, 5])
})

test.for([
  ['before the log', '1'],
  ['behind its end', '99'],
])('[2.2] a committed offset %s (ours: begins at the oldest record)', async ([, offset = '']) => {
  const { mapping, fill, committed, cutLog, admin, consumerGroupId, topic } = await setup()
  await fill(0, 6)
  await cutLog(3)
  await admin.setOffsets({ groupId: consumerGroupId, topic, partitions: [{ partition: 0, offset }] })
  const { seen, invoke } = collector()
  const { start } = mapping(invoke)
  await start()
  await expect.poll(committed, patience).toEqual([6])
  expect(offsetsOf(seen)).toEqual([3, 4, 5])
})

test('[2.2] a partition added to the topic is read from its first record', async () => {
  const { mapping, send, admin, topic, committed, kafka } = await setup()
  await send([{ partition: 0, value: 'old' }])
  const { seen, invoke } = collector()
  const { start, state } = mapping(invoke, {}, { metadataMaxAgeMs: 300 })
  await start()
  await expect.poll(committed, patience).toEqual([1])
  await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })
  await expect.poll(() => state().partitions.length, patience).toBe(2)
  // The first producer would not know of it and drop the record without a word.
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic, messages: [{ partition: 1, value: 'new' }] })
  await producer.disconnect()
  await expect.poll(committed, patience).toEqual([1, 1])
  expect(seen.map(({ value }) => value)).toEqual(['old', 'new'])
})

test(
  '[2.2] a topic that is deleted and made again is read from its beginning',
  { timeout: 60_000 },
  async () => {
    const { mapping, fill, admin, createTopic, topic } = await setup()
    await fill(0, 5, 'old')
    const { seen, invoke } = collector()
    const { start, state } = mapping(invoke, {}, { metadataMaxAgeMs: 300 })
    await start()
    await expect.poll(() => seen.length, patience).toBe(5)
    await admin.deleteTopics({ topics: [topic] })
    await expect.poll(async () => (await admin.listTopics()).includes(topic), patience).toBe(false)
    await createTopic(topic)
    await fill(0, 3, 'new')
    await expect
      .poll(() => seen.slice(5).map(({ value }) => value), { timeout: 40_000 })
      .toEqual(['new-0', 'new-1', 'new-2'])
    await expect.poll(() => state().lag, patience).toBe(0)
  },
)

test('[2.2] a log that is cut away under a running mapping goes on at its oldest record, and says so', async () => {
  const { mapping, fill, committed, cutLog } = await setup()
  const prefix = 'x'.repeat(500)
  for (let sent = 0; sent < 12_000; sent += 2000) await fill(0, 2000, prefix)
  const gate = Promise.withResolvers<void>()
  const seen: number[] = []
  const { start, named, state } = mapping(
    async (records) => {
      await gate.promise
      seen.push(...offsetsOf(records))
      return success
    },
    { batchSize: 500 },
  )
  await start()
  await expect.poll(() => named('fetching.paused').length, patience).toBe(1)
  const fetched = state().recordsFetched
  await cutLog(11990)
  gate.resolve()
  await expect.poll(committed, patience).toEqual([12_000])
  expect(seen.length).toBe(fetched + 10)
  expect(seen.slice(-10)).toEqual([...Array(10).keys()].map((index) => 11_990 + index))
  expect(named('kafka.client')).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining('Offset out of range') as unknown }),
  )
})

test('[2.2] a partition that was lost while it was paused is fetched again when it comes back', async () => {
  const { mapping, fill, committed } = await setup({ partitions: 2 })
  const prefix = 'x'.repeat(500)
  for (let sent = 0; sent < 8000; sent += 2000)
    await Promise.all([fill(0, 2000, prefix), fill(1, 2000, prefix)])
  const gate = Promise.withResolvers<void>()
  const first = mapping(
    async () => {
      await gate.promise
      return success
    },
    { batchSize: 500 },
  )
  await first.start()
  await expect.poll(() => first.named('fetching.paused').length, patience).toBe(2)
  const second = mapping(async () => failure)
  await second.start()
  await expect.poll(() => first.state().partitions.length, patience).toBe(1)
  await second.stop()
  await expect.poll(() => first.state().partitions.length, patience).toBe(2)
  gate.resolve()
  await expect.poll(committed, patience).toEqual([8000, 8000])
})

import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { offsetsOf, patience, setup as setupTopic, success } from './testing/mapping-on-topic.ts'

async function setup() {
  const shared = await setupTopic()
  const producer = shared.kafka.producer({ transactionalId: randomUUID(), maxInFlightRequests: 1 })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  const seen: number[] = []
  const start = async (parameters: Readonly<Record<string, unknown>> = {}) => {
    const mapping = shared.mapping(async (records) => {
      seen.push(...offsetsOf(records))
      return success
    }, parameters)
    await mapping.start()
    return mapping
  }
  /** A transaction with two records; with its marker it takes three offsets. */
  const begin = async () => {
    const transaction = await producer.transaction()
    await transaction.send({ topic: shared.topic, messages: [{ value: 'a' }, { value: 'b' }] })
    return transaction
  }
  const finish = async (how: keyof Pick<Transaction, 'commit' | 'abort'>) => (await begin())[how]()
  return { ...shared, start, begin, finish, seen }
}

test('[2.2] a partition that ends in aborted records is read to its end: all is committed, the lag is 0', async () => {
  const { fill, finish, start, committed, seen } = await setup()
  await fill(0, 2)
  await finish('abort')
  const { state } = await start()
  await expect.poll(committed, patience).toEqual([5])
  expect(state().lag).toBe(0)
  expect(seen).toEqual([0, 1])
})

test('[2.2] aborted records that come later are passed too', async () => {
  const { fill, finish, start, committed, seen } = await setup()
  await fill(0, 2)
  const { state } = await start()
  await expect.poll(committed, patience).toEqual([2])
  await finish('abort')
  await finish('abort')
  await expect.poll(committed, patience).toEqual([8])
  expect(state().lag).toBe(0)
  expect(seen).toEqual([0, 1])
})

test('[2.2] the marker after committed records is passed', async () => {
  const { finish, start, committed, seen } = await setup()
  await finish('commit')
  const { state } = await start()
  await expect.poll(committed, patience).toEqual([3])
  expect(state().lag).toBe(0)
  expect(seen).toEqual([0, 1])
})

test.for(['TRIM_HORIZON', 'LATEST'])(
  '[2.2] a partition without any other record is passed, from %s and again after a restart',
  async (startingPosition) => {
    const { finish, start, committed, seen } = await setup()
    await finish('abort')
    const first = await start({ startingPosition })
    await expect.poll(committed, patience).toEqual([3])
    expect(first.state().lag).toBe(0)
    await first.stop()
    await finish('abort')
    const second = await start({ startingPosition })
    await expect.poll(committed, patience).toEqual([6])
    expect(second.state().lag).toBe(0)
    expect(seen).toEqual([])
  },
)

test('[2.2] what waits behind an open transaction is lag until the transaction ends', async () => {
  const { begin, fill, start, committed, seen } = await setup()
  const transaction = await begin()
  await fill(0, 1)
  const { state } = await start()
  await expect.poll(() => state().lag, patience).toBe(3)
  await transaction.abort()
  await expect.poll(committed, patience).toEqual([4])
  expect(state().lag).toBe(0)
  expect(seen).toEqual([2])
})

test('[2.2] aborted records behind records in flight are committed with these, not before', async () => {
  const { fill, finish, mapping, committed } = await setup()
  const gate = Promise.withResolvers<void>()
  await fill(0, 2)
  await finish('abort')
  const { start, state } = mapping(async () => {
    await gate.promise
    return success
  })
  await start()
  await expect.poll(() => state().partitions[0], patience).toMatchObject({ inFlight: 2, committed: 0 })
  await finish('abort')
  gate.resolve()
  await expect.poll(committed, patience).toEqual([8])
})

test('[2.2] a group that has read behind an open transaction continues there, not at the oldest record', async () => {
  const { begin, fill, start, committed, seen, admin, consumerGroupId, topic } = await setup()
  await fill(0, 1)
  const transaction = await begin()
  await fill(0, 2)
  // As a consumer has done that reads uncommitted records, which is the default of Java's.
  await admin.setOffsets({ groupId: consumerGroupId, topic, partitions: [{ partition: 0, offset: '4' }] })
  const { state } = await start()
  await expect.poll(() => state().partitions[0], patience).toMatchObject({ committed: 4 })
  await transaction.commit()
  await expect.poll(committed, patience).toEqual([6])
  expect(seen).toEqual([4])
})

import { expect, test } from 'vitest'
import { failure, offsetsOf, patience, setup, success } from './testing/mapping-on-topic.ts'

const onPartition0 = (offset: bigint) => ({ partition: 0, offset })

test.for([{}, { bisectBatchOnFunctionError: true }, { batchSize: 1 }])(
  'a skipped record no longer blocks its partition, whose function fails for ever; the others are delivered (%o)',
  async (parameters) => {
    const { mapping, fill, committed } = await setup()
    await fill(0, 5)
    const delivered = new Set<number>()
    const { start, skip, state, named } = mapping(
      async (records) => {
        if (records.some(({ offset }) => offset === 2)) return failure
        for (const offset of offsetsOf(records)) delivered.add(offset)
        return success
      },
      { maximumRetryAttempts: -1, ...parameters },
    )
    await start()
    await expect.poll(() => named('batch.retrying').length, patience).toBeGreaterThan(3)
    expect((await committed())[0]).toBeLessThanOrEqual(2)
    expect(skip(onPartition0(2n))).toBeUndefined()
    await expect.poll(committed, patience).toEqual([5])
    expect([...delivered].sort()).toEqual([0, 1, 3, 4])
    expect(state().partitions[0]?.lastFailure).toBeUndefined()
    expect(named('record.skipped')).toMatchObject([{ offsets: ['0@2'] }])
  },
)

test('a record skipped while its invocation runs is committed at once, and in no later invocation', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 2)
  const calls: number[][] = []
  const hanging = Promise.withResolvers<typeof failure>()
  const { start, skip } = mapping(async (records) => {
    calls.push(offsetsOf(records))
    return calls.length === 1 ? hanging.promise : success
  })
  await start()
  await expect.poll(() => calls.length, patience).toBe(1)
  expect(skip(onPartition0(0n))).toBeUndefined()
  await expect.poll(committed, patience).toEqual([1])
  hanging.resolve(failure)
  await expect.poll(committed, patience).toEqual([2])
  expect(calls).toEqual([[0, 1], [1]])
})

test('a record that waits behind another is taken out of the buffer', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 3)
  const calls: number[][] = []
  const hanging = Promise.withResolvers<typeof success>()
  const { start, skip } = mapping(
    async (records) => {
      calls.push(offsetsOf(records))
      return calls.length === 1 ? hanging.promise : success
    },
    { batchSize: 1 },
  )
  await start()
  await expect.poll(() => calls.length, patience).toBe(1)
  await expect.poll(() => skip(onPartition0(1n)), patience).toBeUndefined()
  hanging.resolve(success)
  await expect.poll(committed, patience).toEqual([3])
  expect(calls).toEqual([[0], [2]])
})

test('a record whose destination refuses its document can be skipped; the destination then gets the others', async () => {
  const { mapping, send, committed, createTopic, read, topic } = await setup()
  // A compacted topic refuses a document without a key.
  const failed = await createTopic(`${topic}.failed`, 1, [{ name: 'cleanup.policy', value: 'compact' }])
  await send([{ value: 'keyless' }, { key: 'k', value: 'v' }])
  const { start, skip, named } = mapping(async () => failure, {
    maximumRetryAttempts: 0,
    maximumBatchingWindowInSeconds: 1,
    destinationConfig: { onFailure: { destination: `kafka://${failed}` } },
  })
  await start()
  await expect.poll(() => named('destination.failed').length, patience).toBeGreaterThan(1)
  expect(await committed()).toEqual([0])
  expect(skip(onPartition0(0n))).toBeUndefined()
  await expect.poll(committed, patience).toEqual([2])
  expect((await read(failed)).map(({ key }) => key?.toString())).toEqual(['k'])
})

test('a place that cannot be skipped is refused with the reason', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 2)
  const { start, skip } = mapping(async () => success)
  await start()
  await expect.poll(committed, patience).toEqual([2])
  expect(skip(onPartition0(1n))).toContain('past it: it is at 2')
  expect(skip(onPartition0(2n))).toContain('not fetched it yet')
  expect(skip({ partition: 7, offset: 0n })).toContain('does not own partition 7')
})

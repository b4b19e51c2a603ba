import { expect, test } from 'vitest'
import type { InvocationResult } from '../lambda/invocation.ts'
import { answer, failure, offsetsOf, patience, setup, success } from './testing/mapping-on-topic.ts'
import type { Delivered } from './testing/parse-delivery.ts'

const timeout: InvocationResult = {
  outcome: 'function-error',
  error: {
    errorType: 'Sandbox.Timedout',
    errorMessage: 'RequestId: r Error: Task timed out after 3.00 seconds',
  },
}
const exit: InvocationResult = {
  outcome: 'function-error',
  error: { errorType: 'Runtime.ExitError', errorMessage: 'RequestId: r Error: Runtime exited' },
}

test('[2.4] [6.5] without options the whole batch is retried without end, and blocks its partition', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 3)
  const calls: number[][] = []
  const enough = Promise.withResolvers<void>()
  let isMended = false
  const { start, state } = mapping(
    async (records) => {
      calls.push(offsetsOf(records))
      if (calls.length === 30) enough.resolve()
      return isMended ? success : failure
    },
    { provisionedPollerConfig: {} },
  )
  await start()
  await enough.promise
  expect(await committed()).toEqual([0])
  expect(state().partitions[0]?.lastFailure).toMatchObject({ offset: 0, reason: 'Error: no' })
  isMended = true
  await expect.poll(committed, patience).toEqual([3])
  for (const call of calls) expect(call).toEqual([0, 1, 2])
})

test.for([
  ['a throw', failure],
  ['a timeout', timeout],
  ['a runtime that exits', exit],
] as const)('[2.4] %s fails the batch', async ([, result]) => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 2)
  let calls = 0
  const { start, named } = mapping(async () => ((calls += 1) === 1 ? result : success))
  await start()
  await expect.poll(committed, patience).toEqual([2])
  expect(calls).toBe(2)
  expect(named('batch.retrying')).toHaveLength(1)
})

test.for([0, 1, 3])(
  '[2.4] MaximumRetryAttempts %i: so many invocations after the first, then the batch is lost and the offset moves on',
  async (maximumRetryAttempts) => {
    const { mapping, fill, committed } = await setup()
    await fill(0, 2)
    const calls: number[][] = []
    const { start, named } = mapping(
      async (records) => {
        calls.push(offsetsOf(records))
        return failure
      },
      { maximumRetryAttempts },
    )
    await start()
    await expect.poll(committed, patience).toEqual([2])
    expect(calls).toHaveLength(1 + maximumRetryAttempts)
    expect(named('batch.discarded')).toMatchObject([{ condition: 'RetriesExhausted', isStored: false }])
  },
)

test('[2.4] [2.5] without ReportBatchItemFailures what the function answers is ignored', async () => {
  const { mapping, fill, topic, committed } = await setup()
  await fill(0, 2)
  let calls = 0
  const { start } = mapping(async () => {
    calls += 1
    return answer({ batchItemFailures: [{ itemIdentifier: { partition: `${topic}-0`, offset: 0 } }] })
  })
  await start()
  await expect.poll(committed, patience).toEqual([2])
  expect(calls).toBe(1)
})

const invalidAnswers: readonly (readonly [what: string, itemIdentifier: (topic: string) => unknown])[] = [
  ['a flat string', (topic) => `${topic}-0@1`],
  ['an empty string', () => ''],
  ['none', () => undefined],
  ['an offset as text', (topic) => ({ partition: `${topic}-0`, offset: '1' })],
  ['a partition without its topic', () => ({ partition: '0', offset: 1 })],
  ['an offset that the batch has not', (topic) => ({ partition: `${topic}-0`, offset: 7 })],
]

test.for(invalidAnswers)(
  '[2.5] [6.1] %s for an itemIdentifier fails the whole batch, loudly',
  async ([, identify]) => {
    const { mapping, fill, topic, committed } = await setup()
    await fill(0, 3)
    const calls: number[][] = []
    const { start, named } = mapping(
      async (records) => {
        calls.push(offsetsOf(records))
        return calls.length > 1
          ? answer({ batchItemFailures: [] })
          : answer({ batchItemFailures: [{ itemIdentifier: identify(topic) }] })
      },
      { functionResponseTypes: ['ReportBatchItemFailures'] },
    )
    await start()
    await expect.poll(committed, patience).toEqual([3])
    expect(calls).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
    expect(named('batch.retrying')).toMatchObject([
      { reason: expect.stringContaining('the whole batch failed') as unknown },
    ])
  },
)

test('[2.5] retries of a partial response count for the batch, and what is left then is given up (ours)', async () => {
  const { mapping, fill, topic, committed } = await setup()
  await fill(0, 4)
  const calls: number[][] = []
  const { start, named } = mapping(
    async (records) => {
      calls.push(offsetsOf(records))
      return answer({ batchItemFailures: [{ itemIdentifier: { partition: `${topic}-0`, offset: 2 } }] })
    },
    { functionResponseTypes: ['ReportBatchItemFailures'], maximumRetryAttempts: 2 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([4])
  expect(calls).toEqual([[0, 1, 2, 3], [2], [2]])
  expect(named('batch.discarded')).toMatchObject([{ offsets: ['0@2'] }])
})

test('[2.4] bisecting isolates one poison record of 10,000, in order, and spends no retry on the others', async () => {
  const { mapping, fill, send, committed } = await setup()
  const poison = 6789
  await fill(0, poison)
  await send([{ partition: 0, value: 'poison' }])
  await fill(0, 10_000 - poison - 1)
  const done: number[] = []
  let invocations = 0
  const { start, named } = mapping(
    async (records) => {
      invocations += 1
      if (records.some(({ value }) => value === 'poison')) return failure
      done.push(...offsetsOf(records))
      return success
    },
    {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 3,
      batchSize: 10_000,
      maximumBatchingWindowInSeconds: 2,
    },
  )
  await start()
  await expect.poll(committed, patience).toEqual([10_000])
  expect(done).toEqual([...Array(10_000).keys()].filter((offset) => offset !== poison))
  expect(named('batch.discarded')).toMatchObject([{ offsets: [`0@${poison}`] }])
  expect(named('batch.retrying')).toHaveLength(3)
  // 14 halvings find one of 10,000; each leaves another half, and the record alone is tried four times.
  expect(invocations).toBeLessThanOrEqual(2 * 14 + 4)
})

test('[2.4] [2.5] bisecting cuts what a partial response names too, so that those behind a poison record live (ours)', async () => {
  const { mapping, fill, topic, committed } = await setup()
  await fill(0, 20)
  const done: number[] = []
  const { start, named } = mapping(
    // A partition stops at its first failure and reports all that is not done.
    async (records) => {
      const failed = records.findIndex(({ offset }) => offset === 5)
      const finished = failed === -1 ? records : records.slice(0, failed)
      done.push(...offsetsOf(finished))
      const batchItemFailures = records
        .slice(finished.length)
        .map(({ offset }) => ({ itemIdentifier: { partition: `${topic}-0`, offset } }))
      return answer({ batchItemFailures })
    },
    {
      functionResponseTypes: ['ReportBatchItemFailures'],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 3,
    },
  )
  await start()
  await expect.poll(committed, patience).toEqual([20])
  expect(done).toEqual([...Array(20).keys()].filter((offset) => offset !== 5))
  expect(named('batch.discarded')).toMatchObject([{ offsets: ['0@5'] }])
})

test('[2.4] a record that grows too old between two attempts is given up (ours: before each attempt, by its timestamp)', async () => {
  const { mapping, fill, committed } = await setup()
  await fill(0, 1)
  let passedMs = 0
  let calls = 0
  const { start, named } = mapping(
    async () => {
      calls += 1
      passedMs += 25_000
      return failure
    },
    { maximumRecordAgeInSeconds: 60 },
    { now: () => Date.now() + passedMs },
  )
  await start()
  await expect.poll(committed, patience).toEqual([1])
  expect(calls).toBe(3)
  expect(named('batch.discarded')).toMatchObject([{ condition: 'RecordAgeExceeded' }])
})

test('[2.3] two partitions in one batch fail together, and keep their order when they are cut apart', async () => {
  const { mapping, fill, committed } = await setup({ partitions: 2 })
  await Promise.all([fill(0, 8), fill(1, 8)])
  const done: Delivered[] = []
  const { start } = mapping(
    async (records) => {
      if (records.some(({ partition, offset }) => partition === 1 && offset === 3)) return failure
      done.push(...records)
      return success
    },
    { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0, maximumBatchingWindowInSeconds: 2 },
  )
  await start()
  await expect.poll(committed, patience).toEqual([8, 8])
  const ofPartition = (wanted: number) => offsetsOf(done.filter(({ partition }) => partition === wanted))
  expect(ofPartition(0)).toEqual([...Array(8).keys()])
  expect(ofPartition(1)).toEqual([0, 1, 2, 4, 5, 6, 7])
})

import { expect, test } from 'vitest'
import type { InvocationResult } from '../lambda/invocation.ts'
import { answer, failure, patience, setup } from './testing/mapping-on-topic.ts'
import type { Delivered } from './testing/parse-delivery.ts'

/** A function that reports the record at `offset`, and all behind it, as failed. */
const refuses =
  (topic: string, offset: number) =>
  async (records: readonly Delivered[]): Promise<InvocationResult> =>
    answer({
      batchItemFailures: records
        .filter((one) => one.offset >= offset)
        .map((one) => ({ itemIdentifier: { partition: `${topic}-${one.partition}`, offset: one.offset } })),
    })

test('a destination that cannot be written is named, until it can', async () => {
  const { mapping, fill, committed, createTopic, topic } = await setup()
  await fill(0, 2)
  const { start, state } = mapping(async () => failure, {
    maximumRetryAttempts: 1,
    destinationConfig: { onFailure: { destination: `kafka://${topic}.failed` } },
  })
  const lastFailure = () => state().partitions[0]?.lastFailure
  await start()
  await expect.poll(() => lastFailure()?.kind, patience).toBe('destination')
  await expect.poll(() => lastFailure()?.retries, patience).toBeGreaterThan(1)
  expect(lastFailure()).toMatchObject({
    offset: 0,
    invocations: 2,
    reason: expect.stringContaining('topic') as unknown,
  })
  await createTopic(`${topic}.failed`)
  await expect.poll(committed, patience).toEqual([2])
  expect(lastFailure()).toBeUndefined()
})

test('a record that its function always refuses is named: its offset, how often, and for how long', async () => {
  const { mapping, fill, topic } = await setup()
  await fill(0, 3)
  const { start, state } = mapping(refuses(topic, 1), { functionResponseTypes: ['ReportBatchItemFailures'] })
  const lastFailure = () => state().partitions[0]?.lastFailure
  await start()
  await expect.poll(() => lastFailure()?.retries, patience).toBeGreaterThan(2)
  const first = lastFailure()
  expect(first).toMatchObject({ kind: 'function', offset: 1, reason: '2 of 2 records reported as failed' })
  expect(first?.invocations).toBe(first?.retries)
  expect(first?.requestId).toMatch(/^[0-9a-f-]{36}$/)
  // The clock goes on over the retries of one record.
  await expect.poll(() => lastFailure()?.retries, patience).toBeGreaterThan((first?.retries ?? 0) + 2)
  expect(lastFailure()?.forMs).toBeGreaterThan(first?.forMs ?? Infinity)
})

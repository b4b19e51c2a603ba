import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { testContext } from '../testing/context.ts'
import { mskEvent, type TestRecord } from '../testing/msk-event.ts'
import { recordingLog } from '../testing/recording-log.ts'
import { kafkaBatch } from './kafka-batch.ts'

function setup() {
  const handled: number[] = []
  const dead: number[] = []
  const handler = kafkaBatch({
    service: 'stock',
    log: recordingLog().log,
    handle: async ({ offset }) => {
      handled.push(offset)
      throw new AppError('invalid', 'event_invalid', 'never readable')
    },
    deadLetter: async ({ offset }) => void dead.push(offset),
  })
  const feed = (...records: readonly Omit<TestRecord, 'topic'>[]) =>
    handler(mskEvent(records.map((record, offset) => ({ topic: 't', offset, ...record }))), testContext())
  return { feed, handled, dead }
}

test('passes over a record that was redriven to another service, before anybody looks at it', async () => {
  const { feed, handled, dead } = setup()
  const to = (...services: readonly string[]) => ({ value: '{', headers: { 'x-redrive-to': services } })
  expect(await feed(to('analytics'), to('stock'), {}, to(''))).toEqual({ batchItemFailures: [] })
  expect(handled).toEqual([1, 2])
  expect(dead).toEqual([1, 2])
})

test('the last of several addresses counts, as it is the last redrive', async () => {
  const { feed, handled } = setup()
  await feed(
    { headers: { 'x-redrive-to': ['stock', 'analytics'] } },
    { headers: { 'x-redrive-to': ['analytics', 'stock'] } },
  )
  expect(handled).toEqual([1])
})

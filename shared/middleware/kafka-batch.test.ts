import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { testContext } from '../testing/context.ts'
import { mskEvent, type TestRecord } from '../testing/msk-event.ts'
import { recordingLog } from '../testing/recording-log.ts'
import { kafkaBatch, type KafkaBatchOptions } from './kafka-batch.ts'

function setup(reason = 'never readable') {
  const handled: number[] = []
  const dead: number[] = []
  const { log, entries } = recordingLog()
  const handler = kafkaBatch({
    service: 'stock',
    log,
    handle: async ({ offset }) => {
      handled.push(offset)
      throw new AppError('invalid', 'event_invalid', reason)
    },
    deadLetter: async ({ offset }) => void dead.push(offset),
  })
  const feed = (...records: readonly Omit<TestRecord, 'topic'>[]) =>
    handler(mskEvent(records.map((record, offset) => ({ topic: 't', offset, ...record }))), testContext())
  return { feed, handled, dead, entries }
}

test.each([undefined, ''])('refuses to be made with the service "%s", and says what to add', (service) => {
  const { log } = recordingLog()
  // esbuild does not check types: a function that was made before the option still builds.
  const options = { service, log, handle: () => Promise.resolve(), deadLetter: () => Promise.resolve() }
  expect(() => kafkaBatch(options as KafkaBatchOptions)).toThrow("Add service: 'NAME'")
})

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

test('a dead letter is one short line of log: thousands may come, and the whole reason is in the letter', async () => {
  const { feed, entries } = setup('no lines; '.repeat(100))
  await feed({})
  expect(entries).toEqual([
    {
      level: 'error',
      message: 'record dead-lettered',
      fields: {
        topic: 't',
        partition: 0,
        offset: 0,
        code: 'event_invalid',
        reason: expect.stringMatching(/^no lines;.{80,90}…$/) as string,
      },
    },
  ])
})

test('a dead letter that Kafka does not take has its record retried', async () => {
  const refusal = new AppError('invalid', 'event_invalid', 'never readable')
  const { log, entries } = recordingLog()
  const handler = kafkaBatch({
    service: 'stock',
    log,
    handle: async ({ offset }) => {
      if (offset === 1) throw refusal
    },
    deadLetter: () => Promise.reject(new Error('away')),
  })
  const batch = mskEvent([0, 1, 2].map((offset) => ({ topic: 't', offset, key: `k${offset}` })))
  expect(await handler(batch, testContext())).toEqual({
    batchItemFailures: [1, 2].map((offset) => ({ itemIdentifier: { partition: 't-0', offset } })),
  })
  expect(entries.map(({ message }) => message)).toEqual(['record dead-lettered', 'record failed'])
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { placed as event } from '../testing/placed-event.ts'
import { recordingLog } from '../testing/recording-log.ts'
import { PUBLISH_BUDGET_MS } from './constants.ts'
import { publishEvent } from './publish-event.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setup(send: () => Promise<void>, refuse = false) {
  const acknowledged: string[] = []
  const acknowledge = async (orderId: string, sequence: number) => {
    if (refuse) throw new Error('away')
    acknowledged.push(`${orderId}:${sequence}`)
  }
  const { log, entries } = recordingLog()
  return { deps: { send, acknowledge, log }, acknowledged, entries }
}

test('is true once Kafka has the event and that is noted, and leaves no timer', async () => {
  const { deps, acknowledged } = setup(async () => undefined)
  expect(await publishEvent(event, deps)).toBe(true)
  expect(acknowledged).toEqual([event.eventId])
  expect(vi.getTimerCount()).toBe(0)
})

test('is false when Kafka refuses, and notes nothing', async () => {
  const { deps, acknowledged, entries } = setup(() => Promise.reject(new Error('away')))
  expect(await publishEvent(event, deps)).toBe(false)
  expect(acknowledged).toEqual([])
  expect(entries).toMatchObject([{ level: 'warn', fields: { eventId: event.eventId } }])
  expect(vi.getTimerCount()).toBe(0)
})

test('is false when the note cannot be made, since then the relay publishes again', async () => {
  const { deps } = setup(async () => undefined, true)
  expect(await publishEvent(event, deps)).toBe(false)
})

test('is false when the time is up, and a late acknowledgement is still noted', async () => {
  const late = Promise.withResolvers<void>()
  const { deps, acknowledged } = setup(() => late.promise)
  const published = publishEvent(event, deps)
  await vi.advanceTimersByTimeAsync(PUBLISH_BUDGET_MS)
  expect(await published).toBe(false)
  late.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(acknowledged).toEqual([event.eventId])
})

test('a refusal after the time was up is nobody else’s error', async () => {
  const late = Promise.withResolvers<void>()
  const { deps } = setup(() => late.promise)
  const published = publishEvent(event, deps)
  await vi.advanceTimersByTimeAsync(PUBLISH_BUDGET_MS)
  late.reject(new Error('too late'))
  expect(await published).toBe(false)
})

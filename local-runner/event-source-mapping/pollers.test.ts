import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createPollers } from './pollers.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setup(config: { minimumPollers: number; maximumPollers: number } | undefined, partitions = 100) {
  const now = { lag: 1, batchesInFlight: 0 }
  const events: string[] = []
  const pollers = createPollers({
    config,
    partitionCount: () => partitions,
    lag: () => now.lag,
    evaluateEveryMs: 60_000,
    record: ({ name }) => events.push(name),
  })
  pollers.start({ batchesInFlight: () => now.batchesInFlight, onScaled: () => events.push('scaled') })
  return {
    ...pollers,
    now,
    events,
    /** The count after each of the next minutes, in which all pollers are busy. */
    busy: (minutes: number) =>
      Array.from({ length: minutes }, () => {
        now.batchesInFlight = pollers.maxConcurrency()
        vi.advanceTimersByTime(60_000)
        return pollers.count()
      }),
  }
}

test('[2.3] pollers begin at the minimum and double in each minute that finds all busy, up to the maximum', () => {
  const { count, maxConcurrency, busy, events } = setup({ minimumPollers: 2, maximumPollers: 9 })
  expect([count(), maxConcurrency()]).toEqual([2, 10])
  expect(busy(4)).toEqual([4, 8, 9, 9])
  expect(maxConcurrency()).toBe(45)
  expect(events).toEqual(Array.from({ length: 3 }, () => ['pollers.scaled', 'scaled']).flat())
})

test('[2.3] pollers are never more than partitions, but what minimumPollers says', () => {
  expect(setup({ minimumPollers: 1, maximumPollers: 200 }, 3).busy(3)).toEqual([2, 3, 3])
  expect(setup({ minimumPollers: 4, maximumPollers: 200 }, 3).busy(2)).toEqual([4, 4])
})

test('[2.3] an equal minimum and maximum disables scaling', () => {
  const { busy, now } = setup({ minimumPollers: 3, maximumPollers: 3 })
  expect(busy(2)).toEqual([3, 3])
  now.lag = 0
  expect(busy(1)).toEqual([3])
})

test('[2.3] pollers that are not all busy stay; where nothing waits they become fewer, down to the minimum', () => {
  const { busy, count, now, stop } = setup({ minimumPollers: 2, maximumPollers: 8 })
  busy(2)
  now.batchesInFlight = 1
  vi.advanceTimersByTime(60_000)
  expect(count()).toBe(8)
  now.lag = 0
  expect(busy(3)).toEqual([4, 2, 2])
  stop()
  now.lag = 1
  expect(busy(1)).toEqual([2])
})

test('[2.3] on demand there is one poller at first, and half as many where the function is throttled', () => {
  const onDemand = setup(undefined)
  expect(onDemand.busy(3)).toEqual([2, 4, 8])
  onDemand.onThrottled()
  expect(onDemand.busy(2)).toEqual([4, 8])
  const provisioned = setup({ minimumPollers: 1, maximumPollers: 8 })
  provisioned.onThrottled()
  expect(provisioned.busy(1)).toEqual([2])
})

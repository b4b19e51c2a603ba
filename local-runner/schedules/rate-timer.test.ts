import { afterEach, expect, test, vi } from 'vitest'
import { createRateTimer } from './rate-timer.ts'

const DAY_MS = 86_400_000

afterEach(() => vi.useRealTimers())

test('[3.10] a rate of more days than a timer of Node.js can wait keeps its time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  let runs = 0
  const timer = createRateTimer(60 * DAY_MS, {
    run: async () => {
      runs++
    },
    now: () => 0,
  })
  timer.start()
  await vi.advanceTimersByTimeAsync(59 * DAY_MS)
  expect(runs).toBe(0)
  await vi.advanceTimersByTimeAsync(DAY_MS)
  expect(runs).toBe(1)
  await vi.advanceTimersByTimeAsync(60 * DAY_MS)
  expect(runs).toBe(2)
  timer.stop()
})

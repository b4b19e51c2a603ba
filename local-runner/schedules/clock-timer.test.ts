import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createClockTimer } from './clock-timer.ts'

const HOUR_MS = 3_600_000
const CHECK_MS = 1_000
/** At each full hour. */
const nextHour = (afterMs: number) => (Math.floor(afterMs / HOUR_MS) + 1) * HOUR_MS

let clockMs: number
let hours: number[]
let work: () => Promise<void>
let timer: ReturnType<typeof createClockTimer>

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  clockMs = 10.5 * HOUR_MS
  hours = []
  work = async () => undefined
  const run = async (epochMs: number) => {
    hours.push(epochMs / HOUR_MS)
    await work()
  }
  timer = createClockTimer(nextHour, { run, now: () => clockMs })
  timer.start()
})

afterEach(() => {
  timer.stop()
  vi.useRealTimers()
})

/** Sets the clock; the timer notices it at its next check. */
async function setClock(hour: number) {
  clockMs = hour * HOUR_MS
  await vi.advanceTimersByTimeAsync(CHECK_MS)
}

test('[3.10] a run comes at its time, and once', async () => {
  await setClock(10.9)
  expect(hours).toEqual([])
  await setClock(11)
  await setClock(11.1)
  expect(hours).toEqual([11])
})

test('[3.10] a clock that is set back repeats no run and loses none', async () => {
  await setClock(11)
  await setClock(12)
  await setClock(10.2)
  await setClock(11)
  await setClock(12.5)
  expect(hours).toEqual([11, 12])
  await setClock(13)
  expect(hours).toEqual([11, 12, 13])
})

test('[3.10] a clock that is set back behind the start runs what it comes to', async () => {
  await setClock(2.5)
  await setClock(3)
  expect(hours).toEqual([3])
})

test('[3.10] a clock that is set forward makes up for what it passed, in one run', async () => {
  await setClock(14.5)
  await setClock(14.6)
  expect(hours).toEqual([11])
  await setClock(15)
  expect(hours).toEqual([11, 15])
})

test('[3.10] what a mistaken clock passed is run when its time comes', async () => {
  await setClock(14.5)
  await setClock(11.5)
  await setClock(12)
  expect(hours).toEqual([11, 12])
})

test('[3.10] times that pass during a run become one run after it', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  work = () => promise
  await setClock(11)
  await setClock(14.5)
  expect(hours).toEqual([11])
  resolve(undefined)
  await vi.advanceTimersByTimeAsync(CHECK_MS)
  expect(hours).toEqual([11, 12])
  await setClock(15)
  expect(hours).toEqual([11, 12, 15])
})

test('a stop ends it', async () => {
  timer.stop()
  await setClock(12)
  expect(hours).toEqual([])
})

import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

function setup(maxConcurrency = 5) {
  let elapsedMs = 0
  const pace = createPace({ maxConcurrency: () => maxConcurrency, elapsedMs: () => elapsedMs })
  const pass = (ms: number) => void (elapsedMs += ms)
  return {
    ...pace,
    pass,
    /** Batches that take so long, one after the other. */
    take: (ms: number, batches: number) => {
      for (let batch = 0; batch < batches; batch += 1) {
        const { end } = pace.begin()
        pass(ms)
        end()
      }
    },
  }
}

test('a batch that is not full waits until the one before it has ended', () => {
  const { mayStart, begin } = setup()
  const { end } = begin()
  expect(mayStart('window')).toBe(false)
  end()
  expect(mayStart('window')).toBe(true)
})

test.for(['size', 'payload', 'oversized'] as const)('one that closes by %s does not wait', (close) => {
  const { mayStart, begin } = setup()
  begin()
  expect(mayStart(close)).toBe(true)
})

test('there are never more than the pollers may have in flight', () => {
  const { mayStart, begin } = setup(2)
  const { delay, end } = begin()
  delay()
  begin()
  expect(mayStart('size')).toBe(false)
  end()
  expect(mayStart('size')).toBe(true)
})

test('nothing waits for a batch that is delayed', () => {
  const { mayStart, begin, waitMs } = setup()
  begin().delay()
  expect(waitMs()).toBeUndefined()
  expect(mayStart('window')).toBe(true)
})

test.for([
  { usualMs: 30, slowMs: 60 },
  { usualMs: 1, slowMs: 20 },
  { usualMs: 3000, slowMs: 100 },
])('where $usualMs ms are usual, nothing waits longer than $slowMs ms', ({ usualMs, slowMs }) => {
  const { take, begin, pass, waitMs, mayStart } = setup()
  take(usualMs, 100)
  begin()
  expect(waitMs()).toBeCloseTo(slowMs, 3)
  pass(slowMs - 1)
  expect(mayStart('window')).toBe(false)
  pass(1.001)
  expect(waitMs()).toBeUndefined()
  expect(mayStart('window')).toBe(true)
})

test('a batch that was delayed, and one long pause, do not change what is usual', () => {
  const { take, begin, pass, waitMs } = setup()
  take(30, 100)
  const { delay, end } = begin()
  delay()
  pass(60_000)
  end()
  begin().end()
  take(30, 20)
  take(60_000, 1)
  begin()
  expect(waitMs()).toBeLessThan(75)
})

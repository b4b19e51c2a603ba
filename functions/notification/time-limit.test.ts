import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTimeLimit } from './time-limit.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setup() {
  const limit = createTimeLimit(100)
  const over: string[] = []
  const watch = (name: string) => limit.onOver(() => void over.push(name))
  return { ...limit, over, watch }
}

test('tells once, after its time, who watches then', () => {
  const { begin, watch, over, isOver } = setup()
  begin()
  watch('first')
  vi.advanceTimersByTime(99)
  expect([over, isOver()]).toEqual([[], false])
  watch('second')
  vi.advanceTimersByTime(1000)
  expect([over, isOver()]).toEqual([['second'], true])
})

test('begins again with its whole time, also after it was over', () => {
  const { begin, watch, over, isOver } = setup()
  begin()
  watch('a')
  vi.advanceTimersByTime(99)
  begin()
  vi.advanceTimersByTime(99)
  expect([over, isOver()]).toEqual([[], false])
  vi.advanceTimersByTime(1)
  begin()
  expect([over, isOver()]).toEqual([['a'], false])
  vi.advanceTimersByTime(100)
  expect([over, isOver()]).toEqual([['a', 'a'], true])
})

test('tells nobody when nobody watches', () => {
  const { begin, watch, over, onOver } = setup()
  begin()
  watch('a')
  onOver(undefined)
  vi.advanceTimersByTime(100)
  expect(over).toEqual([])
})

test('has one timer, however often it begins', () => {
  const { begin } = setup()
  for (let n = 0; n < 10; n++) begin()
  expect(vi.getTimerCount()).toBe(1)
})

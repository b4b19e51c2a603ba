import { expect, test, vi } from 'vitest'
import { withProgress } from './with-progress.ts'

test('says nothing about what takes under a second, then how long it has taken, until it ends', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const printed: string[] = []
    const { promise, resolve } = Promise.withResolvers<string>()
    const result = withProgress((line) => printed.push(line), 'Downloading Kafka', promise)
    await vi.advanceTimersByTimeAsync(999)
    expect(printed).toEqual([])
    await vi.advanceTimersByTimeAsync(6000)
    expect(printed).toEqual(['Downloading Kafka ... 1 s', 'Downloading Kafka ... 6 s'])
    resolve('done')
    expect(await result).toBe('done')
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

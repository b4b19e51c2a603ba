import { expect, test } from 'vitest'
import { createCappedStream } from './capped-stream.ts'

test('[3.5] a streamed response is passed on up to 200 MB', () => {
  const passed: number[] = []
  const { write, isOver } = createCappedStream(({ byteLength }) => void passed.push(byteLength))
  const half = new Uint8Array(100 * 1024 * 1024)
  void write(half, 'text/plain')
  void write(half, 'text/plain')
  expect(isOver()).toBe(false)
  void write(new Uint8Array(1), 'text/plain')
  expect(isOver()).toBe(true)
  expect(passed).toEqual([half.length, half.length])
})

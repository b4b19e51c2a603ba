import { afterEach, expect, test, vi } from 'vitest'
import { AppError } from './errors.ts'
import { createLogger } from './logger.ts'

afterEach(() => void vi.restoreAllMocks())

function written(level: 'info' | 'warn' | 'error', fields: Record<string, unknown>): unknown {
  const lines: unknown[] = []
  vi.spyOn(console, level).mockImplementation((line) => void lines.push(line))
  createLogger('stock')[level]('said', fields)
  expect(lines).toHaveLength(1)
  return JSON.parse(String(lines[0]))
}

test.each(['info', 'warn', 'error'] as const)('writes one JSON line at level %s', (level) => {
  expect(written(level, { orderId: 'o-1' })).toEqual({ service: 'stock', message: 'said', orderId: 'o-1' })
})

test('spells errors out, with their cause, wherever they stand', () => {
  const cause = new TypeError('beneath')
  const error = new AppError('unavailable', 'redis_unavailable', 'away', { cause })
  expect(written('warn', { error, list: [cause] })).toMatchObject({
    error: {
      name: 'AppError',
      message: 'away',
      code: 'redis_unavailable',
      cause: { name: 'TypeError', message: 'beneath' },
    },
    list: [{ message: 'beneath' }],
  })
})

const MAX_LINE_BYTES = 7500

test('a text without end is cut, and the other fields stay as they are', () => {
  const error = new AppError('invalid', 'event_invalid', 'ä'.repeat(1_000_000))
  const line = written('error', { error, offset: 7 }) as { readonly error: Error }
  expect(line).toMatchObject({ offset: 7, error: { name: 'AppError', code: 'event_invalid' } })
  expect(line.error.message).toMatch(/^ä{990,}…$/)
})

test.each<[string, unknown]>([
  ['many texts', Array(1000).fill('x'.repeat(1000))],
  ['texts that JSON writes longer than they are', Array(10).fill('\u0000"\\ä'.repeat(1000))],
  ['half characters', Array(10).fill('\ud83d'.repeat(2000))],
  ['many numbers', Array(100_000).fill(1)],
])('a line of %s is cut, says so and is still JSON', (_what, field) => {
  const line = written('error', { field }) as object
  expect(line).toEqual({
    service: 'stock',
    message: 'said',
    cutFromBytes: expect.any(Number) as number,
    beginning: expect.stringMatching(/^\{"service":"stock","message":"said","field":\[.*…$/) as string,
  })
  expect(Buffer.byteLength(JSON.stringify(line))).toBeLessThanOrEqual(MAX_LINE_BYTES)
})

test('a message without end is cut as well', () => {
  const lines: string[] = []
  vi.spyOn(console, 'info').mockImplementation((line: string) => void lines.push(line))
  createLogger('stock').info('"\u0000'.repeat(100_000), { text: Array(9).fill('"'.repeat(5000)) })
  expect(Buffer.byteLength(lines.join())).toBeLessThanOrEqual(MAX_LINE_BYTES)
  expect(() => JSON.parse(lines.join()) as unknown).not.toThrow()
})

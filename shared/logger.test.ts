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

import { expect, test } from 'vitest'
import type { JournalEntry } from '../journal/journal.ts'
import { loggedError } from './logged-error.ts'

const failed = { requestId: 'r-2', partition: 0, offset: 7 }

function line(content: unknown, requestId = 'r-2') {
  return { at: 0, name: 'log' as const, functionName: 'stock', requestId, line: JSON.stringify(content) }
}

const error = {
  name: 'AppError',
  code: 'kafka_unavailable',
  message: 'Kafka did not acknowledge the record.',
  stack: 'AppError: at …',
  cause: { name: 'KafkaJSProtocolError', message: 'This server does not host this topic-partition' },
}
const failure = (place: object, of: unknown = error) =>
  line({ level: 'ERROR', message: { message: 'record failed', topic: 'orders', ...place, error: of } })

test('is the error that the function wrote about the record, with its causes', () => {
  const entries = [
    failure({ partition: 0, offset: 7 }),
    failure({ partition: 1, offset: 9 }, new Error('of another record')),
  ]
  expect(loggedError(entries, failed)).toBe(
    'kafka_unavailable: Kafka did not acknowledge the record. <- KafkaJSProtocolError: This server does not host this topic-partition',
  )
})

test('is the last error line of the invocation, where no line names the record', () => {
  const text: JournalEntry = {
    at: 0,
    name: 'log',
    functionName: 'stock',
    requestId: 'r-2',
    line: '2026-01-01T00:00:00.000Z\tr-2\tERROR\tno stock for\ttea',
  }
  expect(loggedError([text], failed)).toBe('no stock for tea')
  expect(loggedError([line({ level: 'ERROR', message: 'plain' }), line({ level: 'INFO' })], failed)).toBe(
    'plain',
  )
})

test('is found by the request id in the line, where several invocations run at once', () => {
  const lineOf = (requestId: string, message: string): JournalEntry => ({
    ...line({ level: 'ERROR', requestId, message }),
    requestId: undefined,
  })
  expect(loggedError([lineOf('r-2', 'mine'), lineOf('r-3', 'not mine')], failed)).toBe('mine')
})

test('is nothing where nothing was written about it', () => {
  expect(loggedError([line({ level: 'ERROR', message: 'x' }, 'r-1')], failed)).toBeUndefined()
  expect(loggedError([line({ level: 'INFO', message: 'x' })], failed)).toBeUndefined()
  expect(loggedError([], failed)).toBeUndefined()
})

test('is short, however much was written, and however deep its causes go', () => {
  let deep: Record<string, unknown> = { message: 'end' }
  for (let level = 0; level < 5000; level += 1) deep = { message: 'm', cause: deep }
  expect(loggedError([failure({ partition: 0, offset: 7 }, deep)], failed)?.length).toBeLessThanOrEqual(500)
  const long = { message: 'x'.repeat(1_000_000) }
  expect(loggedError([failure({ partition: 0, offset: 7 }, long)], failed)?.length).toBeLessThanOrEqual(500)
})

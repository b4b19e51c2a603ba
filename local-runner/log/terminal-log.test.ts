import { expect, test } from 'vitest'
import type { JournalEvent } from '../journal/journal.ts'
import { createTerminalLog } from './terminal-log.ts'

function linesOf(...events: readonly JournalEvent[]) {
  let text = ''
  const { read, flush } = createTerminalLog({ write: (more) => void (text += more) })
  for (const event of events)
    read({ at: 0, functionName: 'order', buildId: '0123456789ab', requestId: 'r-1', ...event })
  flush()
  return text.split('\n').slice(0, -1)
}
const finished = {
  name: 'invocation.finished',
  outcome: 'success',
  durationMs: 3.005,
  memorySizeMb: 128,
  maxMemoryUsedBytes: 36_000_000,
}

test('an invocation shows as the lines of Lambda, each with its function and build before it', () => {
  expect(
    linesOf(
      { name: 'invocation.started', source: 'http' },
      { name: 'log', line: 'two\nlines' },
      { ...finished, initMs: 110.1 },
    ),
  ).toEqual([
    'order@0123456789ab        START RequestId: r-1 Version: $LATEST',
    'order@0123456789ab        two',
    'order@0123456789ab        lines',
    'order@0123456789ab        END RequestId: r-1',
    'order@0123456789ab        REPORT RequestId: r-1\tDuration: 3.00 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 35 MB\tInit Duration: 110.10 ms\t',
  ])
})

test('a status is added to the report of a timeout', () => {
  expect(linesOf({ ...finished, outcome: 'function-error', status: 'timeout' }).at(-1)).toMatch(
    /\tStatus: timeout\t$/,
  )
})

test('a scheduled invocation is shown only when it logs or fails', () => {
  const started = { name: 'invocation.started', source: 'schedule' }
  expect(linesOf(started, finished)).toEqual([])
  expect(linesOf(started, { name: 'log', line: 'hello' }, finished)).toHaveLength(4)
  expect(linesOf(started, { ...finished, outcome: 'function-error' })).toHaveLength(3)
})

test('a mapping in trouble shows, and one that does well does not', () => {
  expect(linesOf({ name: 'batch.succeeded' }, { name: 'batch.retrying', retry: 1 })).toEqual([
    expect.stringContaining('[mapping]\tbatch.retrying'),
  ])
})

test('an asynchronous event that came to nothing shows, and one that went well does not', () => {
  const finished = { name: 'asynchronous.finished', invokeCount: 3 }
  expect(
    linesOf({ ...finished, condition: 'Success' }, { ...finished, condition: 'RetriesExhausted' }),
  ).toEqual([
    expect.stringContaining('Asynchronous event r-1 is given up after 3 attempts: RetriesExhausted'),
  ])
})

import { expect, test } from 'vitest'
import type { JournalEvent } from '../journal/events.ts'
import { createTerminalLog } from './terminal-log.ts'

const linesOf = (...events: readonly JournalEvent[]) => linesOn(false, events)

function linesOn(isTerminal: boolean, events: readonly JournalEvent[]) {
  let text = ''
  const { read, flush } = createTerminalLog({ write: (more) => void (text += more), isTerminal })
  for (const event of events) read({ at: 0, ...event })
  flush()
  return text.split('\n').slice(0, -1)
}
const functionName = 'order'
const invocation = {
  functionName,
  buildId: '0123456789ab',
  requestId: 'r-1',
  traceId: 'Root=1-1-1;Sampled=0',
  logging: { logFormat: 'Text', systemLogLevel: 'INFO' },
} as const
const started = { ...invocation, name: 'invocation.started', source: 'http', logStreamName: 's' } as const
const finished = {
  ...invocation,
  name: 'invocation.finished',
  source: 'http',
  outcome: 'success',
  durationMs: 3.005,
  memorySizeMb: 128,
  maxMemoryUsedBytes: 36_000_000,
} as const
const log = (line: string) => ({ ...invocation, name: 'log', line }) as const
const mapping = { functionName, consumerGroupId: 'g', topic: 'orders' }

test('an invocation shows as the lines of Lambda, each with its function and build before it', () => {
  expect(linesOf(started, log('two\nlines'), { ...finished, initMs: 110.1 })).toEqual([
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
  const scheduled = { ...started, source: 'schedule' } as const
  expect(linesOf(scheduled, finished)).toEqual([])
  expect(linesOf(scheduled, log('hello'), finished)).toHaveLength(4)
  expect(linesOf(scheduled, { ...finished, outcome: 'function-error' })).toHaveLength(3)
})

test('a mapping that fails shows, and one that succeeds does not', () => {
  const batch = { ...mapping, records: { 0: 1 }, invoked: 1 }
  expect(
    linesOf(
      { ...batch, name: 'batch.succeeded', retries: 0 },
      { ...batch, name: 'batch.retrying', retry: 1, reason: 'no' },
    ),
  ).toEqual([expect.stringContaining('[mapping]\tbatch.retrying')])
})

test('an answer that is no HTTP response shows with its function, and what is wrong no longer than a line', () => {
  const [line, ...others] = linesOf({
    name: 'http.invalid-answer',
    functionName,
    problem: `body: ${'x'.repeat(2000)}`,
  })
  expect(line).toMatch(/^order +The answer is no HTTP response, so the client got .*: body: x+… \(2006 char/)
  expect(others).toEqual([])
})

test('an authorizer without an answer to go by shows with its function', () => {
  expect(linesOf({ name: 'authorizer.failed', functionName, problem: 'isAuthorized: no' })).toEqual([
    expect.stringMatching(/^order +The authorizer gave no answer to go by, .*: isAuthorized: no$/),
  ])
})

test('an asynchronous event that failed shows, and one that succeeded does not', () => {
  const asynchronous = {
    name: 'asynchronous.finished',
    functionName,
    requestId: 'r-1',
    invokeCount: 3,
  } as const
  expect(
    linesOf({ ...asynchronous, condition: 'Success' }, { ...asynchronous, condition: 'RetriesExhausted' }),
  ).toEqual([
    expect.stringContaining('Asynchronous event r-1 is given up after 3 attempts: RetriesExhausted'),
  ])
})

test('a field without end is cut: the offsets of a large batch, the words of a function', () => {
  const offsets = Array.from({ length: 10_000 }, (_, offset) => `0@${offset}`)
  const discarded = {
    name: 'batch.discarded',
    condition: 'RetriesExhausted',
    offsets,
    isStored: true,
  } as const
  const crashed = { name: 'consumer.crashed', reason: 'x'.repeat(1_000_000), restartInMs: 1 } as const
  const lines = linesOf({ ...mapping, ...discarded }, { ...mapping, ...crashed })
  expect(lines).toEqual([
    expect.stringMatching(/"0@9",.*… \(\d+ characters in all\) isStored=true/),
    expect.stringMatching(/xxx… \(1000002 characters in all\) restartInMs=1/),
  ])
  for (const line of lines) expect(line.length).toBeLessThan(2000)
})

test('a line of the system log of a mapping shows as a line of the mapping', () => {
  const line = '{"eventType":"POLLER_STATUS_EVENT"}'
  expect(linesOf({ ...mapping, name: 'mapping.log', logStreamName: 's', line })).toEqual([
    `order                     1970-01-01T00:00:00.000Z\t[mapping]\t${line}`,
  ])
})

test('a mapping that cannot read its lag shows why', () => {
  expect(linesOf({ name: 'lag.unknown', reason: 'no broker', ...mapping })).toEqual([
    'order                     1970-01-01T00:00:00.000Z\t[mapping]\tlag.unknown reason="no broker" consumerGroupId="g"',
  ])
})

test('an error of a Kafka client shows, of a mapping and of the runner itself; its warnings do not', () => {
  const client = { name: 'kafka.client', namespace: 'Connection', message: 'refused' } as const
  expect(
    linesOf(
      { ...client, level: 'error', functionName },
      { ...client, level: 'error' },
      { ...client, level: 'warn' },
      { ...client, level: 'debug' },
    ),
  ).toEqual([
    'order                     1970-01-01T00:00:00.000Z\t[kafka]\tConnection: refused',
    'runner                    1970-01-01T00:00:00.000Z\t[kafka]\tConnection: refused',
  ])
})

test('on a terminal control characters are spelled out, and in a file they are as written', () => {
  const line = 'a\tb\u001b[2J\r\u0007\u009b\u202e\u007fü'
  expect(linesOn(true, [log(line)])).toEqual([
    'order@0123456789ab        a\tb\\u001b[2J\\u000d\\u0007\\u009b\\u202e\\u007fü',
  ])
  expect(linesOn(false, [log(line)])).toEqual([`order@0123456789ab        ${line}`])
})

test('lines that together are longer than a text can be are written in parts', () => {
  const lengths: number[] = []
  const { read, flush } = createTerminalLog({
    write: ({ length }) => lengths.push(length),
    isTerminal: false,
  })
  const line = 'x'.repeat(1024 * 1024)
  for (let n = 0; n < 600; n++) read({ at: 0, ...log(line) })
  flush()
  expect(lengths.length).toBeGreaterThan(100)
  expect(Math.max(...lengths)).toBeLessThan(3 * line.length)
})

test('empty lines without number are written in parts too', () => {
  const lengths: number[] = []
  const { read, flush } = createTerminalLog({ write: ({ length }) => lengths.push(length), isTerminal: false })
  for (let n = 0; n < 100_000; n++) read({ at: 0, ...log('') })
  flush()
  expect(lengths.length).toBeGreaterThan(1)
})

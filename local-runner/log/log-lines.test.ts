import { expect, test } from 'vitest'
import { logLines } from './log-lines.ts'

const TEXT = { logFormat: 'Text', systemLogLevel: 'INFO' } as const
const JSON_INFO = { logFormat: 'JSON', systemLogLevel: 'INFO' } as const
const at = Date.UTC(2026, 10, 24, 12, 0, 0, 7)
const functionName = 'order'
const traceId = 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0'
const finished = {
  at,
  name: 'invocation.finished',
  functionName,
  requestId: 'r-1',
  source: 'http',
  outcome: 'success',
  durationMs: 128.83,
  initMs: 166.62,
  memorySizeMb: 128,
  maxMemoryUsedBytes: 36 * 1024 * 1024,
  traceId,
  logging: TEXT,
} as const
const started = {
  at,
  name: 'invocation.started',
  functionName,
  requestId: 'r-1',
  source: 'http',
  logStreamName: 's',
  traceId,
  logging: TEXT,
} as const
const environment = { at, functionName, logStreamName: 's', logging: TEXT }
const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as unknown)

test('[3.7] text: an invocation starts, ends and is reported, with its init billed', () => {
  expect(logLines(started)).toEqual(['START RequestId: r-1 Version: $LATEST'])
  expect(logLines(finished)).toEqual([
    'END RequestId: r-1',
    'REPORT RequestId: r-1\tDuration: 128.83 ms\tBilled Duration: 296 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 166.62 ms\t',
  ])
})

test('[3.7] text: a timeout and a crash are a status of the report', () => {
  const { initMs: _initMs, ...later } = finished
  expect(logLines({ ...later, status: 'timeout' })[1]).toMatch(/Max Memory Used: 36 MB\tStatus: timeout\t$/)
  expect(logLines({ ...later, status: 'error', errorType: 'Runtime.ExitError' })[1]).toMatch(
    /Max Memory Used: 36 MB\tStatus: error\tError Type: Runtime.ExitError\t$/,
  )
})

test('[3.7] text: a recorded trace is named under the report', () => {
  const sampled = traceId.replace('Sampled=0', 'Sampled=1')
  expect(logLines({ ...finished, traceId: sampled })[2]).toBe(
    'XRAY TraceId: 1-5bef4de7-ad49b0e87f6ef6c87fc2e700\tSegmentId: 9a9197af755a6419\tSampled: true\t',
  )
})

test('[3.4] text: an init that fails or takes too long is reported, and one that goes well is not', () => {
  const init = { ...environment, name: 'environment.init', outcome: 'initialized', initMs: 1236.04 } as const
  expect(logLines(init)).toEqual([])
  expect(logLines({ ...init, status: 'timeout' })).toEqual([
    'INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout',
  ])
  expect(logLines({ ...init, status: 'error', errorType: 'Runtime.ExitError' })).toEqual([
    'INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError',
  ])
})

test('[3.7] text: an environment names its runtime when it starts', () => {
  expect(logLines({ ...environment, name: 'environment.starting', memoryMeasure: 'heap' })[0]).toMatch(
    /^INIT_START Runtime Version: nodejs:24\.v\d+\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:/,
  )
})

test('[3.7] JSON: start and report are objects with time, type and record', () => {
  const logging = JSON_INFO
  const tracing = { type: 'X-Amzn-Trace-Id', value: traceId }
  const time = '2026-11-24T12:00:00.007Z'
  expect(parsed(logLines({ ...started, logging }))).toEqual([
    { time, type: 'platform.start', record: { requestId: 'r-1', version: '$LATEST', tracing } },
  ])
  expect(parsed(logLines({ ...finished, logging }))).toEqual([
    {
      time,
      type: 'platform.report',
      record: {
        requestId: 'r-1',
        status: 'success',
        tracing,
        metrics: {
          durationMs: 128.83,
          billedDurationMs: 296,
          memorySizeMB: 128,
          maxMemoryUsedMB: 36,
          initDurationMs: 166.62,
        },
      },
    },
  ])
})

test.each([
  ['DEBUG', undefined, ['platform.runtimeDone', 'platform.report']],
  ['INFO', undefined, ['platform.report']],
  ['WARN', undefined, []],
  ['WARN', 'timeout', ['platform.runtimeDone', 'platform.report']],
] as const)(
  '[3.7] JSON: at system level %s an invocation with status %s logs %j',
  (systemLogLevel, status, types) => {
    const logging = { ...JSON_INFO, systemLogLevel }
    const lines = parsed(logLines({ ...finished, ...(status && { status }), logging }))
    expect(lines).toMatchObject(types.map((type) => ({ type })))
    expect(lines).toHaveLength(types.length)
  },
)

test('[3.7] JSON: a failed init is logged at every level, with its error type', () => {
  const init = {
    ...environment,
    name: 'environment.init',
    outcome: 'failed',
    initMs: 5,
    status: 'error',
    errorType: 'TypeError',
    logging: { ...JSON_INFO, systemLogLevel: 'WARN' },
  } as const
  const record = { initializationType: 'on-demand', phase: 'init', status: 'error', errorType: 'TypeError' }
  expect(parsed(logLines(init))).toMatchObject([
    { type: 'platform.initRuntimeDone', record },
    { type: 'platform.initReport', record: { ...record, metrics: { durationMs: 5 } } },
  ])
})

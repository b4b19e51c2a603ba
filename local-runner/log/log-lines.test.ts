import { expect, test } from 'vitest'
import { logLines } from './log-lines.ts'

const JSON_INFO = { logFormat: 'JSON', applicationLogLevel: 'INFO', systemLogLevel: 'INFO' }
const at = Date.UTC(2026, 10, 24, 12, 0, 0, 7)
const finished = {
  at,
  name: 'invocation.finished',
  functionName: 'order',
  requestId: 'r-1',
  outcome: 'success',
  durationMs: 128.83,
  initMs: 166.62,
  memorySizeMb: 128,
  maxMemoryUsedBytes: 36 * 1024 * 1024,
  traceId: 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
}
const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as unknown)

test('[3.7] text: an invocation starts, ends and is reported, with its init billed', () => {
  expect(logLines({ at, name: 'invocation.started', requestId: 'r-1' })).toEqual([
    'START RequestId: r-1 Version: $LATEST',
  ])
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
  const traceId = finished.traceId.replace('Sampled=0', 'Sampled=1')
  expect(logLines({ ...finished, traceId })[2]).toBe(
    'XRAY TraceId: 1-5bef4de7-ad49b0e87f6ef6c87fc2e700\tSegmentId: 9a9197af755a6419\tSampled: true\t',
  )
})

test('[3.4] text: an init that fails or takes too long is reported, and one that goes well is not', () => {
  const init = { at, name: 'environment.init', initMs: 1236.04 }
  expect(logLines(init)).toEqual([])
  expect(logLines({ ...init, status: 'timeout' })).toEqual([
    'INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout',
  ])
  expect(logLines({ ...init, status: 'error', errorType: 'Runtime.ExitError' })).toEqual([
    'INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError',
  ])
})

test('[3.7] text: an environment names its runtime when it starts', () => {
  expect(logLines({ at, name: 'environment.starting' })[0]).toMatch(
    /^INIT_START Runtime Version: nodejs:24\.v\d+\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:/,
  )
})

test('[3.7] JSON: start and report are objects with time, type and record', () => {
  const logging = JSON_INFO
  const tracing = { type: 'X-Amzn-Trace-Id', value: finished.traceId }
  const started = { at, name: 'invocation.started', requestId: 'r-1', traceId: finished.traceId, logging }
  const time = '2026-11-24T12:00:00.007Z'
  expect(parsed(logLines(started))).toEqual([
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
])('[3.7] JSON: at system level %s an invocation with status %s logs %j', (systemLogLevel, status, types) => {
  const lines = parsed(logLines({ ...finished, status, logging: { ...JSON_INFO, systemLogLevel } }))
  expect(lines).toMatchObject(types.map((type) => ({ type })))
  expect(lines).toHaveLength(types.length)
})

test('[3.7] JSON: a failed init is told at every level, with its error type', () => {
  const logging = { ...JSON_INFO, systemLogLevel: 'WARN' }
  const init = { at, name: 'environment.init', initMs: 5, status: 'error', errorType: 'TypeError', logging }
  const record = { initializationType: 'on-demand', phase: 'init', status: 'error', errorType: 'TypeError' }
  expect(parsed(logLines(init))).toMatchObject([
    { type: 'platform.initRuntimeDone', record },
    { type: 'platform.initReport', record: { ...record, metrics: { durationMs: 5 } } },
  ])
})

import type { SystemLogLevel } from '../journal/environment-events.ts'
import {
  type FinishedEntry,
  type InitEntry,
  type PlatformEntry,
  RUNTIME_VERSION,
  RUNTIME_VERSION_ARN,
  toMegabytes,
} from './platform-entry.ts'

const ORDER = ['DEBUG', 'INFO', 'WARN'] as const
const PHASE = { initializationType: 'on-demand', phase: 'init' }

interface SystemLine {
  /** By the table of monitoring-cloudwatchlogs-log-level. */
  readonly level: SystemLogLevel
  readonly type: string
  readonly record: object
}

const rounded = (ms: number) => Number(ms.toFixed(3))

const ending = ({ status, errorType }: InitEntry | FinishedEntry) => ({
  status: status ?? 'success',
  ...(errorType !== undefined && { errorType }),
})

const tracing = (value: string) => ({ tracing: { type: 'X-Amzn-Trace-Id', value } })

function finishedLines(entry: FinishedEntry): readonly SystemLine[] {
  const { requestId, status, initMs, traceId } = entry
  const failed = status !== undefined
  const durationMs = rounded(entry.durationMs)
  const metrics = {
    durationMs,
    billedDurationMs: Math.ceil(durationMs + (initMs ?? 0)),
    memorySizeMB: entry.memorySizeMb,
    maxMemoryUsedMB: toMegabytes(entry.maxMemoryUsedBytes),
    ...(initMs !== undefined && { initDurationMs: rounded(initMs) }),
  }
  const shared = { requestId, ...ending(entry), ...tracing(traceId) }
  return [
    {
      level: failed ? 'WARN' : 'DEBUG',
      type: 'platform.runtimeDone',
      record: { ...shared, metrics: { durationMs } },
    },
    { level: failed ? 'WARN' : 'INFO', type: 'platform.report', record: { ...shared, metrics } },
  ]
}

function systemLines(entry: PlatformEntry): readonly SystemLine[] {
  switch (entry.name) {
    case 'environment.starting': {
      const runtime = { runtimeVersion: RUNTIME_VERSION, runtimeVersionArn: RUNTIME_VERSION_ARN }
      const { functionName } = entry
      const record = { ...PHASE, ...runtime, functionName, functionVersion: '$LATEST' }
      return [{ level: 'INFO', type: 'platform.initStart', record }]
    }
    case 'environment.init': {
      const level = entry.status === undefined ? 'DEBUG' : 'WARN'
      const record = { ...PHASE, ...ending(entry) }
      const metrics = { durationMs: rounded(entry.initMs) }
      return [
        { level, type: 'platform.initRuntimeDone', record },
        { level, type: 'platform.initReport', record: { ...record, metrics } },
      ]
    }
    case 'invocation.started': {
      const { requestId, traceId } = entry
      const record = { requestId, version: '$LATEST', ...tracing(traceId) }
      return [{ level: 'INFO', type: 'platform.start', record }]
    }
    case 'invocation.finished':
      return finishedLines(entry)
  }
}

/** Lambda's JSON log lines for one journal entry, from the function's system log level up. */
export function jsonLogLines(entry: PlatformEntry): readonly string[] {
  const time = new Date(entry.at).toISOString()
  const lowestLevel = ORDER.indexOf(entry.logging.systemLogLevel)
  return systemLines(entry)
    .filter(({ level }) => ORDER.indexOf(level) >= lowestLevel)
    .map(({ type, record }) => JSON.stringify({ time, type, record }))
}

import type { JournalEntry } from '../journal/journal.ts'
import type { Logging } from '../lambda/logging.ts'
import { toMegabytes, toMs, toText } from './log-values.ts'
import { RUNTIME_VERSION_ARN, runtimeVersion } from './text-log-lines.ts'

const ORDER = ['DEBUG', 'INFO', 'WARN'] as const
const PHASE = { initializationType: 'on-demand', phase: 'init' }

type Level = Logging['systemLogLevel']
interface SystemLine {
  /** By the table of monitoring-cloudwatchlogs-log-level. */
  readonly level: Level
  readonly type: string
  readonly record: object
}

const rounded = (ms: unknown) => Number(toMs(ms).toFixed(3))

function ending(entry: JournalEntry) {
  const errorType = entry.errorType === undefined ? {} : { errorType: toText(entry.errorType) }
  return { status: entry.status === undefined ? 'success' : toText(entry.status), ...errorType }
}

function tracing(entry: JournalEntry) {
  const value = toText(entry.traceId)
  return value === '' ? {} : { tracing: { type: 'X-Amzn-Trace-Id', value } }
}

function finishedLines(entry: JournalEntry): readonly SystemLine[] {
  const requestId = toText(entry.requestId)
  const failed = entry.status !== undefined
  const durationMs = rounded(entry.durationMs)
  const initDurationMs = entry.initMs === undefined ? {} : { initDurationMs: rounded(entry.initMs) }
  const metrics = {
    durationMs,
    billedDurationMs: Math.ceil(durationMs + toMs(entry.initMs)),
    memorySizeMB: toMs(entry.memorySizeMb),
    maxMemoryUsedMB: toMegabytes(entry.maxMemoryUsedBytes),
    ...initDurationMs,
  }
  const shared = { requestId, ...ending(entry), ...tracing(entry) }
  return [
    {
      level: failed ? 'WARN' : 'DEBUG',
      type: 'platform.runtimeDone',
      record: { ...shared, metrics: { durationMs } },
    },
    { level: failed ? 'WARN' : 'INFO', type: 'platform.report', record: { ...shared, metrics } },
  ]
}

function systemLines(entry: JournalEntry): readonly SystemLine[] {
  const functionName = toText(entry.functionName)
  switch (entry.name) {
    case 'environment.starting': {
      const runtime = { runtimeVersion, runtimeVersionArn: RUNTIME_VERSION_ARN }
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
      const record = { requestId: toText(entry.requestId), version: '$LATEST', ...tracing(entry) }
      return [{ level: 'INFO', type: 'platform.start', record }]
    }
    case 'invocation.finished':
      return finishedLines(entry)
    default:
      return []
  }
}

/** Lambda's JSON log lines for one journal entry, down to the level the function asks for. */
export function jsonLogLines(entry: JournalEntry, systemLogLevel: Level): readonly string[] {
  if (entry.name === 'log') return [toText(entry.line)]
  const time = new Date(entry.at).toISOString()
  return systemLines(entry)
    .filter(({ level }) => ORDER.indexOf(level) >= ORDER.indexOf(systemLogLevel))
    .map(({ type, record }) => JSON.stringify({ time, type, record }))
}

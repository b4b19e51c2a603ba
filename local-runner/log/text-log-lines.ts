import type { JournalEntry } from '../journal/journal.ts'
import { toMegabytes, toMs, toText, xRayRoot } from './log-values.ts'

/** AWS numbers its own builds of a runtime; here the minor version of Node stands for that. */
export const runtimeVersion = `nodejs:24.v${process.versions.node.split('.')[1]}`
export const RUNTIME_VERSION_ARN = 'arn:aws:lambda:us-east-1::runtime:local'

/** `Status: error` and the type, tabs between; nothing for a success. */
function statusFields(entry: JournalEntry): readonly string[] {
  if (entry.status === undefined) return []
  return [
    `Status: ${toText(entry.status)}`,
    ...(entry.errorType === undefined ? [] : [`Error Type: ${toText(entry.errorType)}`]),
  ]
}

function reportLines(entry: JournalEntry): readonly string[] {
  const initMs = entry.initMs === undefined ? undefined : toMs(entry.initMs)
  const durationMs = toMs(entry.durationMs)
  const report = [
    `REPORT RequestId: ${toText(entry.requestId)}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${toMs(entry.memorySizeMb)} MB`,
    `Max Memory Used: ${toMegabytes(entry.maxMemoryUsedBytes)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...statusFields(entry),
    '',
  ].join('\t')
  const trace = xRayRoot(entry.traceId)
  return trace
    ? [report, `XRAY TraceId: ${trace.root}\tSegmentId: ${trace.parent}\tSampled: true\t`]
    : [report]
}

/** Lambda's text log lines for one journal entry, tabs and all; none for what Lambda would not log. */
export function textLogLines(entry: JournalEntry): readonly string[] {
  switch (entry.name) {
    case 'environment.starting':
      return [`INIT_START Runtime Version: ${runtimeVersion}\tRuntime Version ARN: ${RUNTIME_VERSION_ARN}`]
    case 'environment.init': {
      if (entry.status === undefined) return []
      const duration = `INIT_REPORT Init Duration: ${toMs(entry.initMs).toFixed(2)} ms`
      return [[duration, 'Phase: init', ...statusFields(entry)].join('\t')]
    }
    case 'invocation.started':
      return [`START RequestId: ${toText(entry.requestId)} Version: $LATEST`]
    case 'log':
      return [toText(entry.line)]
    case 'invocation.finished':
      return [`END RequestId: ${toText(entry.requestId)}`, ...reportLines(entry)]
    default:
      return []
  }
}

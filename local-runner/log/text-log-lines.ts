import {
  type FinishedEntry,
  type InitEntry,
  type PlatformEntry,
  RUNTIME_VERSION,
  RUNTIME_VERSION_ARN,
  toMegabytes,
} from './platform-entry.ts'

/** To be joined by tabs; empty for a success. */
function statusFields({ status, errorType }: InitEntry | FinishedEntry): readonly string[] {
  if (status === undefined) return []
  return [`Status: ${status}`, ...(errorType === undefined ? [] : [`Error Type: ${errorType}`])]
}

/** The ids of a sampled trace; undefined for one that is not sampled, which Lambda does not log. */
function xRayRoot(traceId: string): { readonly root: string; readonly parent: string } | undefined {
  const parts = new Map(
    traceId.split(';').map((part) => {
      const at = part.indexOf('=')
      return [part.slice(0, at), part.slice(at + 1)] as const
    }),
  )
  if (parts.get('Sampled') !== '1') return undefined
  return { root: parts.get('Root') ?? '', parent: parts.get('Parent') ?? '' }
}

function reportLines(entry: FinishedEntry): readonly string[] {
  const { requestId, durationMs, initMs, memorySizeMb, maxMemoryUsedBytes } = entry
  const report = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memorySizeMb} MB`,
    `Max Memory Used: ${toMegabytes(maxMemoryUsedBytes)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...statusFields(entry),
    '',
  ].join('\t')
  const trace = xRayRoot(entry.traceId)
  return trace
    ? [report, `XRAY TraceId: ${trace.root}\tSegmentId: ${trace.parent}\tSampled: true\t`]
    : [report]
}

/** Lambda's text log lines for one journal entry, with tabs as in AWS. */
export function textLogLines(entry: PlatformEntry): readonly string[] {
  switch (entry.name) {
    case 'environment.starting':
      return [`INIT_START Runtime Version: ${RUNTIME_VERSION}\tRuntime Version ARN: ${RUNTIME_VERSION_ARN}`]
    case 'environment.init': {
      // Lambda reports only an init that fails.
      if (entry.status === undefined) return []
      const duration = `INIT_REPORT Init Duration: ${entry.initMs.toFixed(2)} ms`
      return [[duration, 'Phase: init', ...statusFields(entry)].join('\t')]
    }
    case 'invocation.started':
      return [`START RequestId: ${entry.requestId} Version: $LATEST`]
    case 'invocation.finished':
      return [`END RequestId: ${entry.requestId}`, ...reportLines(entry)]
  }
}

import type { JournalEntry } from './journal.ts'

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const ms = (value: unknown) => (typeof value === 'number' ? value : 0)
const megabytes = (bytes: unknown) => Math.ceil(ms(bytes) / 1024 / 1024)

function reportLine(entry: JournalEntry): string {
  const init = entry.initMs === undefined ? undefined : ms(entry.initMs)
  const duration = ms(entry.durationMs)
  return [
    `REPORT RequestId: ${text(entry.requestId)}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(duration + (init ?? 0))} ms`,
    `Memory Size: ${ms(entry.memorySizeMb)} MB`,
    `Max Memory Used: ${megabytes(entry.maxMemoryUsedBytes)} MB`,
    ...(init === undefined ? [] : [`Init Duration: ${init.toFixed(2)} ms`]),
    ...(entry.status === undefined ? [] : [`Status: ${text(entry.status)}`]),
    '',
  ].join('\t')
}

/** Lambda's text log lines for one journal entry, tabs and all; none for what Lambda would not log. */
export function logLines(entry: JournalEntry): readonly string[] {
  switch (entry.name) {
    case 'environment.starting':
      return [
        `INIT_START Runtime Version: nodejs:24 (${process.version})\tMax Memory Used: ${text(entry.memoryMeasure)}`,
      ]
    case 'environment.init':
      return entry.outcome === 'initialized'
        ? []
        : [
            `INIT_REPORT Init Duration: ${ms(entry.initMs).toFixed(2)} ms\tPhase: init\tStatus: ` +
              (entry.outcome === 'timeout' ? 'timeout' : 'error'),
          ]
    case 'invocation.started':
      return [`START RequestId: ${text(entry.requestId)} Version: $LATEST`]
    case 'log':
      return [text(entry.line)]
    case 'invocation.finished':
      return [`END RequestId: ${text(entry.requestId)}`, reportLine(entry)]
    default:
      return []
  }
}

import type { Fields, Log } from '../logger.ts'

export interface LogEntry {
  readonly level: keyof Log
  readonly message: string
  readonly fields: Fields | undefined
}

/** A log that keeps its entries, in order. */
export function recordingLog(): { readonly log: Log; readonly entries: readonly LogEntry[] } {
  const entries: LogEntry[] = []
  const write = (level: keyof Log) => (message: string, fields?: Fields) =>
    void entries.push({ level, message, fields })
  return { log: { info: write('info'), warn: write('warn'), error: write('error') }, entries }
}

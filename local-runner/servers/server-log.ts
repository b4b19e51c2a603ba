import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const logsIn = (dataDirectory: string): string => join(dataDirectory, 'logs')

export const logFileOf = (dataDirectory: string, server: string): string =>
  join(logsIn(dataDirectory), `${server}.log`)

/** A server's log since its last start; '' before its first line. */
export function readServerLog(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8')
  } catch {
    return ''
  }
}

import type { JournalEntry } from '../journal/journal.ts'
import { logLines } from './log-lines.ts'
import { runnerLine } from './runner-line.ts'

export interface TerminalLogDeps {
  readonly write: (text: string) => void
}

export interface TerminalLog {
  readonly read: (entry: JournalEntry) => void
  /** A line of the runner itself. */
  readonly say: (line: string) => void
  /** Writes what is still gathered. */
  readonly flush: () => void
}

/** For a function's name and its build's id. */
const PREFIX_WIDTH = 26

/**
 * The journal as lines on a terminal, each with its function's name and build before it. A scheduled invocation is shown only when
 * it logs something or fails: it comes several times a second.
 */
export function createTerminalLog({ write }: TerminalLogDeps): TerminalLog {
  const quiet = new Map<string | undefined, readonly string[]>()
  let gathered: string[] = []

  const flush = () => {
    if (gathered.length === 0) return
    write(`${gathered.join('\n')}\n`)
    gathered = []
  }
  const show = (prefix: string, lines: readonly string[]) => {
    // Written once per turn of the event loop: a write per line halves the throughput of fast functions.
    if (lines.length === 0) return
    if (gathered.length === 0) setImmediate(flush)
    for (const line of lines.join('\n').split('\n'))
      gathered.push(`${prefix.padEnd(PREFIX_WIDTH - 1)} ${line}`)
  }

  function read(entry: JournalEntry) {
    const { functionName = 'runner' } = entry
    const requestId = 'requestId' in entry ? entry.requestId : undefined
    const buildId = 'buildId' in entry ? entry.buildId : undefined
    const lines = logLines(entry)
    if (entry.name === 'invocation.started' && entry.source === 'schedule')
      return void quiet.set(requestId, lines)
    const held = quiet.get(requestId)
    quiet.delete(requestId)
    if (entry.name === 'invocation.finished' && held && entry.outcome === 'success') return
    const own = runnerLine(entry)
    const prefix = buildId === undefined ? functionName : `${functionName}@${buildId}`
    show(prefix, [...(held ?? []), ...lines, ...(own === undefined ? [] : [own])])
  }

  return { read, say: (line) => show('runner', [line]), flush }
}

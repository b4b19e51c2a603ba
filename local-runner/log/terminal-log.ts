import type { JournalEntry } from '../journal/journal.ts'
import { logLines } from './log-lines.ts'
import { runnerLine } from './runner-line.ts'

export interface TerminalLogDeps {
  readonly write: (text: string) => void
}

export interface TerminalLog {
  readonly read: (entry: JournalEntry) => void
  /** Shows a line of the runner itself. */
  readonly print: (line: string) => void
  /** Writes the lines that are still buffered. */
  readonly flush: () => void
}

/** For a function's name and its build's id. */
const PREFIX_WIDTH = 26

/**
 * Shows the journal on a terminal, each line prefixed with its function's name and build. Scheduled invocations run several
 * times a second, so one is shown only when it logs something or fails.
 */
export function createTerminalLog({ write }: TerminalLogDeps): TerminalLog {
  const heldLines = new Map<string | undefined, readonly string[]>()
  let buffered: string[] = []

  const flush = () => {
    if (buffered.length === 0) return
    write(`${buffered.join('\n')}\n`)
    buffered = []
  }
  const show = (prefix: string, lines: readonly string[]) => {
    // Written once per turn of the event loop: a write per line halves the throughput of fast functions.
    if (lines.length === 0) return
    if (buffered.length === 0) setImmediate(flush)
    for (const line of lines.join('\n').split('\n'))
      buffered.push(`${prefix.padEnd(PREFIX_WIDTH - 1)} ${line}`)
  }

  function read(entry: JournalEntry) {
    const { functionName = 'runner' } = entry
    const requestId = 'requestId' in entry ? entry.requestId : undefined
    const buildId = 'buildId' in entry ? entry.buildId : undefined
    const lines = logLines(entry)
    if (entry.name === 'invocation.started' && entry.source === 'schedule')
      return void heldLines.set(requestId, lines)
    const held = heldLines.get(requestId)
    heldLines.delete(requestId)
    if (entry.name === 'invocation.finished' && held && entry.outcome === 'success') return
    const own = runnerLine(entry)
    const prefix = buildId === undefined ? functionName : `${functionName}@${buildId}`
    show(prefix, [...(held ?? []), ...lines, ...(own === undefined ? [] : [own])])
  }

  return { read, print: (line) => show('runner', [line]), flush }
}

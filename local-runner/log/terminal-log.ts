import type { JournalEntry } from '../journal/journal.ts'
import { logLines } from './log-lines.ts'
import { runnerLine } from './runner-line.ts'
import { withoutControls } from './without-controls.ts'

export interface TerminalLogDeps {
  readonly write: (text: string) => void
  /** Whether control characters would act on what reads it. */
  readonly isTerminal: boolean
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
/** Written at once, and not only at the end of the turn: a text has a longest length. */
const MAX_BUFFERED_CHARACTERS = 1024 * 1024

/**
 * Shows the journal on a terminal, each line prefixed with its function's name and build. Scheduled invocations run several
 * times a second, so one is shown only when it logs something or fails.
 */
export function createTerminalLog({ write, isTerminal }: TerminalLogDeps): TerminalLog {
  const heldLines = new Map<string | undefined, readonly string[]>()
  let buffered: string[] = []
  let size = 0

  const flush = () => {
    if (buffered.length === 0) return
    write(`${buffered.join('\n')}\n`)
    buffered = []
    size = 0
  }
  const show = (prefix: string, lines: readonly string[]) => {
    // Written once per turn of the event loop: a write per line halves the throughput of fast functions.
    if (lines.length === 0) return
    if (buffered.length === 0) setImmediate(flush)
    for (const line of lines.flatMap((text) => text.split('\n'))) {
      const shown = `${prefix.padEnd(PREFIX_WIDTH - 1)} ${isTerminal ? withoutControls(line) : line}`
      buffered.push(shown)
      size += shown.length
      if (size > MAX_BUFFERED_CHARACTERS) flush()
    }
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

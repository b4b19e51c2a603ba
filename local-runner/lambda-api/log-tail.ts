import type { Journal } from '../journal/journal.ts'
import { logLines } from '../log/log-lines.ts'

/** Lambda returns the last 4 KB of an invocation's log. */
const TAIL_BYTES = 4096

/** Collects the log of one invocation from now on. */
export function createLogTail(listen: Journal['listen'], requestId: string) {
  const lines: string[] = []
  const stopListening = listen((entry) => {
    if ('requestId' in entry && entry.requestId === requestId) lines.push(...logLines(entry))
  })
  return {
    /** Ends the collection and returns its last 4 KB in base64. */
    take: (): string => {
      stopListening()
      const text = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      return text.subarray(Math.max(0, text.length - TAIL_BYTES)).toString('base64')
    },
  }
}

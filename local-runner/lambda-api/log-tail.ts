import type { Journal } from '../journal/journal.ts'
import { logLines } from '../log/log-lines.ts'

/** Lambda returns the last 4 KB of an invocation's log. */
const TAIL_BYTES = 4096

/** Collects the log of one invocation from now on, no more of it than is returned. */
export function createLogTail(listen: Journal['listen'], requestId: string) {
  let tail = Buffer.alloc(0)
  const add = (line: string) => {
    // A character is one byte at least.
    const text = Buffer.from(`${line.slice(-TAIL_BYTES)}\n`)
    tail = Buffer.concat([tail, text]).subarray(-TAIL_BYTES)
  }
  const stopListening = listen((entry) => {
    if ('requestId' in entry && entry.requestId === requestId) for (const line of logLines(entry)) add(line)
  })
  return {
    /** Ends the collection and returns its last 4 KB in base64. */
    take: (): string => {
      stopListening()
      return tail.toString('base64')
    },
  }
}

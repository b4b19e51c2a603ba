import type { Journal } from '../journal/journal.ts'
import { logLines } from '../log/log-lines.ts'

/** Lambda gives the last 4 KB of an invocation's log. */
const TAIL_BYTES = 4096

/** Gathers what one invocation logs, from now until it is asked for. */
export function createLogTail(listen: Journal['listen'], requestId: string) {
  const lines: string[] = []
  const end = listen((entry) => {
    if ('requestId' in entry && entry.requestId === requestId) lines.push(...logLines(entry))
  })
  return {
    /** The last 4 KB, base64-encoded. Ends the gathering. */
    take: (): string => {
      end()
      const text = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      return text.subarray(Math.max(0, text.length - TAIL_BYTES)).toString('base64')
    },
  }
}

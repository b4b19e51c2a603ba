import type { JournalEvent } from './events.ts'

/** `at` is in epoch ms. */
export type JournalEntry = JournalEvent & { readonly at: number }

export type RecordEvent = (event: JournalEvent) => void

export interface Journal {
  readonly record: RecordEvent
  /** The entries that are still kept, oldest first. */
  readonly entries: () => readonly JournalEntry[]
  /** Calls the listener with each new entry. @returns the function that removes the listener */
  readonly listen: (listener: (entry: JournalEntry) => void) => () => void
}

export interface JournalDeps {
  readonly capacity: number
  /** Epoch ms. */
  readonly now: () => number
}

/** Characters that are kept of a text from a function, such as a log line: 10,000 lines stay below 320 MB so. */
const KEPT_CHARACTERS = 16 * 1024

/** Cut by way of bytes: a slice of a string would hold the whole of it. */
const cut = (text: string) =>
  text.length > KEPT_CHARACTERS ? Buffer.from(text.slice(0, KEPT_CHARACTERS)).toString() : text

/** What is kept of an entry: a function's own words may be megabytes. */
function toKept(entry: JournalEntry): JournalEntry {
  if (entry.name === 'log') return { ...entry, line: cut(entry.line) }
  if (!('error' in entry) || typeof entry.error !== 'object') return entry
  const { errorType, errorMessage } = entry.error
  return { ...entry, error: { errorType: cut(errorType), errorMessage: cut(errorMessage) } }
}

/** Keeps the last `capacity` events, with long texts cut, and passes each on to the listeners as it is. */
export function createJournal({ capacity, now }: JournalDeps): Journal {
  const ring: JournalEntry[] = []
  let next = 0
  const listeners = new Set<(entry: JournalEntry) => void>()
  return {
    record: (event) => {
      const entry = { at: now(), ...event }
      ring[next] = toKept(entry)
      next = (next + 1) % capacity
      for (const listener of listeners) listener(entry)
    },
    entries: () => [...ring.slice(next), ...ring.slice(0, next)],
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

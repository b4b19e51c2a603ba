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

/** Keeps the last `capacity` events and passes each on to the listeners. */
export function createJournal({ capacity, now }: JournalDeps): Journal {
  const ring: JournalEntry[] = []
  let next = 0
  const listeners = new Set<(entry: JournalEntry) => void>()
  return {
    record: (event) => {
      const entry = { at: now(), ...event }
      ring[next] = entry
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

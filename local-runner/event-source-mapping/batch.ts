import type { CloseReason, RecordCounts } from '../journal/batch-events.ts'
import type { Lane } from './lane.ts'
import type { EventRecord } from './msk-event/msk-event.ts'

/** A record and the ownership under which it was fetched. */
export interface BatchEntry {
  readonly lane: Lane
  readonly record: EventRecord
}

export interface Batch {
  readonly close: CloseReason
  readonly entries: readonly BatchEntry[]
}

export const recordsOf = (entries: readonly BatchEntry[]) => entries.map(({ record }) => record)

export const lanesOf = (entries: readonly BatchEntry[]) => new Set(entries.map(({ lane }) => lane))

/** Those that are neither finished nor skipped; of a lost partition none, because its new owner delivers them. */
export function stillInFlight(entries: readonly BatchEntry[]): readonly BatchEntry[] {
  const open = new Set([...lanesOf(entries)].flatMap(({ lost, inFlight }) => (lost.aborted ? [] : inFlight)))
  return entries.filter(({ record }) => open.has(record))
}

/** Records by partition, for the journal: `{ "0": 12, "5": 3 }`. */
export function countsOf(entries: readonly BatchEntry[]): RecordCounts {
  const counts: Record<number, number> = {}
  for (const { record } of entries) counts[record.partition] = (counts[record.partition] ?? 0) + 1
  return counts
}

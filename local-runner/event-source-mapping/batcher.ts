import type { CloseReason } from '../journal/batch-events.ts'
import type { EventRecord } from './msk-event/msk-event.ts'

/** A partition without an invocation in flight, so its records may be sent. */
export interface OpenPartition {
  readonly partition: number
  readonly buffer: readonly EventRecord[]
  readonly windowStartMs: number
}

export interface Limits {
  readonly batchSize: number
  readonly windowMs: number
  readonly maxPayloadBytes: number
  readonly emptyBytes: number
  readonly partitionBytes: (partition: number) => number
}

/** `take` is the number of records by partition. An oversized batch is one record that no event can hold. */
export type Decision =
  | { readonly close: CloseReason; readonly take: ReadonlyMap<number, number> }
  | { readonly close: undefined; readonly waitMs: number | undefined }

/**
 * Decides whether a batch closes now: at its size, at the payload limit, or when the window of one of its partitions
 * has ended, whichever is first (invocation-eventsourcemapping). The partition served longest ago goes first.
 */
export function decideBatch(open: readonly OpenPartition[], limits: Limits, elapsedMs: number): Decision {
  const waiting = open
    .filter(({ buffer }) => buffer.length > 0)
    .sort((a, b) => a.windowStartMs - b.windowStartMs || a.partition - b.partition)
  const take = new Map<number, number>()
  let count = 0
  let bytes = limits.emptyBytes
  for (const { partition, buffer } of waiting) {
    // Counts one comma too many; safe.
    bytes += limits.partitionBytes(partition) + 1
    let taken = 0
    for (const { jsonBytes } of buffer) {
      if (bytes + jsonBytes > limits.maxPayloadBytes) {
        return count === 0
          ? { close: 'oversized', take: new Map([[partition, 1]]) }
          : { close: 'payload', take }
      }
      bytes += jsonBytes + 1
      count += 1
      taken += 1
      take.set(partition, taken)
      if (count === limits.batchSize) return { close: 'size', take }
    }
  }
  const [oldest] = waiting
  if (oldest === undefined) return { close: undefined, waitMs: undefined }
  const waitMs = oldest.windowStartMs + limits.windowMs - elapsedMs
  return waitMs <= 0 ? { close: 'window', take } : { close: undefined, waitMs }
}

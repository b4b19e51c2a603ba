import type { EventRecord } from './msk-event/msk-event.ts'

/** One partition while this member owns it. When it is lost the lane is dead; owning it again makes a new one. */
export interface Lane {
  readonly partition: number
  readonly lost: AbortSignal
  readonly abandon: () => void
  /** Fetched, matched by the filters, not yet in a batch. */
  buffer: EventRecord[]
  bufferedBytes: number
  /** In the running batch and neither done nor discarded. */
  inHand: EventRecord[]
  /** Next offset to fetch. */
  position: bigint
  /** What the group has; undefined where it has nothing yet. */
  committed: bigint | undefined
  highWatermark: bigint
  windowStartMs: number
  paused: boolean
  /** Why its records are invoked again, until they are finished. */
  trouble: { readonly retries: number; readonly reason: string } | undefined
  /** Settles when `position` is known. */
  positioned: Promise<void>
}

export function createLane(partition: number, nowMs: number): Lane {
  const controller = new AbortController()
  return {
    partition,
    lost: controller.signal,
    abandon: () => controller.abort(),
    buffer: [],
    bufferedBytes: 0,
    inHand: [],
    position: 0n,
    committed: undefined,
    highWatermark: 0n,
    windowStartMs: nowMs,
    paused: false,
    trouble: undefined,
    positioned: Promise.resolve(),
  }
}

/** The offset to commit: that of the first record not finished, past everything fetched if all are. Filtered
 * records in between are so committed with the invocation of the records before them. */
export function commitOffsetOf({ inHand, buffer, position }: Lane): bigint {
  return (inHand[0] ?? buffer[0])?.offset ?? position
}

/** Moves the first `count` buffered records into the running batch. */
export function takeFrom(lane: Lane, count: number): readonly EventRecord[] {
  const taken = lane.buffer.splice(0, count)
  for (const { jsonBytes } of taken) lane.bufferedBytes -= jsonBytes
  lane.inHand = taken
  return taken
}

/** Done or discarded: they no longer hold back the offset to commit. */
export function finishIn(lane: Lane, finished: ReadonlySet<EventRecord>): void {
  lane.inHand = lane.inHand.filter((record) => !finished.has(record))
}

/** Records fetched or known to be there, and not finished. */
export function lagOf(lane: Lane): number {
  const end = lane.highWatermark > lane.position ? lane.highWatermark : lane.position
  return Number(end - commitOffsetOf(lane))
}

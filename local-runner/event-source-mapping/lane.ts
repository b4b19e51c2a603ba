import type { LaneFailure } from './lane-failure.ts'
import type { EventRecord } from './msk-event/msk-event.ts'

/** One partition while this member owns it. A lost lane stays lost; owning the partition again makes a new one. */
export interface Lane {
  readonly partition: number
  readonly lost: AbortSignal
  readonly abandon: () => void
  /** Fetched and matched by the filters, not yet in a batch. */
  buffer: EventRecord[]
  bufferedBytes: number
  /** In the running batch, neither done nor discarded. */
  inFlight: EventRecord[]
  /** Next offset to fetch. */
  position: bigint
  /** Offset that the group has; undefined until it is known. */
  committed: bigint | undefined
  highWatermark: bigint
  /** Monotonic ms. */
  windowStartMs: number
  paused: boolean
  /** What blocks it; undefined once its records are finished. */
  lastFailure: LaneFailure | undefined
  /** Settles when `position` is known. */
  positioned: Promise<void>
}

/** A function's error message may be as large as its response. */
const MAX_REASON_CHARACTERS = 1000

export function createLane(partition: number, elapsedMs: number): Lane {
  const controller = new AbortController()
  return {
    partition,
    lost: controller.signal,
    abandon: () => controller.abort(),
    buffer: [],
    bufferedBytes: 0,
    inFlight: [],
    position: 0n,
    committed: undefined,
    highWatermark: 0n,
    windowStartMs: elapsedMs,
    paused: false,
    lastFailure: undefined,
    positioned: Promise.resolve(),
  }
}

/** The offset to commit: that of the first unfinished record, or past everything fetched if there is none. So
 * filtered records are committed with the records before them. */
export function commitOffsetOf({ inFlight, buffer, position }: Lane): bigint {
  return (inFlight[0] ?? buffer[0])?.offset ?? position
}

/** Moves the first `count` buffered records into the running batch. */
export function takeFrom(lane: Lane, count: number): readonly EventRecord[] {
  const taken = lane.buffer.splice(0, count)
  for (const { jsonBytes } of taken) lane.bufferedBytes -= jsonBytes
  lane.inFlight = taken
  return taken
}

/** Removes done or discarded records, which no longer hold back the offset to commit. */
export function finishIn(lane: Lane, finished: ReadonlySet<EventRecord>): void {
  lane.inFlight = lane.inFlight.filter((record) => !finished.has(record))
}

/** Notes what blocks the lane. Its clock goes on while the same record fails in the same way. */
export function setFailure(lane: Lane, failure: Omit<LaneFailure, 'offset' | 'sinceMs'>): void {
  const offset = commitOffsetOf(lane)
  const { lastFailure: before } = lane
  const isSame = before?.kind === failure.kind && before.offset === offset
  lane.lastFailure = {
    ...failure,
    reason: failure.reason.slice(0, MAX_REASON_CHARACTERS),
    offset,
    sinceMs: isSame ? before.sinceMs : performance.now(),
  }
}

/** Unfinished records, as far as the end of the log is known. */
export function lagOf(lane: Lane): number {
  const end = lane.highWatermark > lane.position ? lane.highWatermark : lane.position
  return Number(end - commitOffsetOf(lane))
}

import { lagOf, type Lane } from './lane.ts'
import type { LaneFailure } from './lane-failure.ts'

export interface PartitionState {
  readonly partition: number
  /** Offset that the group has; undefined until it is known. */
  readonly committed: number | undefined
  readonly endOffset: number
  /** Unfinished records, as of the last fetch. */
  readonly lag: number
  readonly buffered: number
  readonly inFlight: number
  /** Of the oldest unfinished record. */
  readonly oldestRecordAgeMs: number | undefined
  /** Time left in the batching window; undefined when nothing waits for it. */
  readonly windowLeftMs: number | undefined
  /** What blocks the partition now; undefined when nothing does. */
  readonly lastFailure: PartitionFailure | undefined
}

export interface PartitionFailure extends Omit<LaneFailure, 'offset' | 'sinceMs'> {
  readonly offset: number
  readonly forMs: number
}

export interface MappingState {
  readonly status: 'disabled' | 'starting' | 'polling' | 'rejoining' | 'stopped'
  /** Disabled, or polling in the group. */
  readonly isReady: boolean
  readonly partitions: readonly PartitionState[]
  readonly lag: number
  /** Event pollers: each runs up to five batches at once. */
  readonly pollers: number
  readonly batchesInFlight: number
  readonly recordsFetched: number
  readonly recordsFiltered: number
  readonly lastError: string | undefined
}

/** One mapping as `GET /api/mappings` and `/metrics` show it. */
export interface MappingReport extends MappingState {
  /** Its UUID, the same at each start. */
  readonly id: string
  readonly functionName: string
  readonly topic: string
  readonly consumerGroupId: string
  readonly metricGroups: readonly string[]
}

function toPartitionState(
  lane: Lane,
  { windowMs, nowMs, elapsedMs }: Pick<StateParts, 'windowMs' | 'nowMs' | 'elapsedMs'>,
): PartitionState {
  const { partition, committed, highWatermark, inFlight, buffer, windowStartMs, lastFailure } = lane
  const oldest = inFlight[0] ?? buffer[0]
  const isWaiting = inFlight.length === 0 && buffer.length > 0
  return {
    partition,
    committed: committed === undefined ? undefined : Number(committed),
    endOffset: Number(highWatermark),
    lag: lagOf(lane),
    buffered: buffer.length,
    inFlight: inFlight.length,
    oldestRecordAgeMs: oldest === undefined ? undefined : Math.max(0, nowMs - oldest.timestampMs),
    windowLeftMs: isWaiting ? Math.max(0, windowStartMs + windowMs - elapsedMs) : undefined,
    lastFailure: lastFailure && toPartitionFailure(lastFailure),
  }
}

const toPartitionFailure = ({ offset, sinceMs, ...failure }: LaneFailure): PartitionFailure => ({
  ...failure,
  offset: Number(offset),
  forMs: Math.round(performance.now() - sinceMs),
})

export interface StateParts extends Omit<MappingState, 'isReady' | 'partitions' | 'lag'> {
  readonly lanes: Iterable<Lane>
  readonly windowMs: number
  /** Epoch ms. */
  readonly nowMs: number
  /** Monotonic ms. */
  readonly elapsedMs: number
}

export function toMappingState({ lanes, windowMs, nowMs, elapsedMs, ...rest }: StateParts): MappingState {
  const partitions = [...lanes]
    .sort((a, b) => a.partition - b.partition)
    .map((lane) => toPartitionState(lane, { windowMs, nowMs, elapsedMs }))
  return {
    ...rest,
    isReady: rest.status === 'disabled' || rest.status === 'polling',
    partitions,
    lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
  }
}

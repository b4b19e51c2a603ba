import { commitOffsetOf, lagOf, type Lane } from './lane.ts'

export interface PartitionState {
  readonly partition: number
  /** What the group has; undefined until it is known. */
  readonly committed: number | undefined
  readonly endOffset: number
  /** Records not finished, as far as fetches have told. */
  readonly lag: number
  readonly buffered: number
  readonly inFlight: number
  /** Of the oldest record not finished. */
  readonly oldestRecordAgeMs: number | undefined
  /** Until the batching window ends; undefined where nothing waits for it. */
  readonly windowLeftMs: number | undefined
  /** What holds the partition up. */
  readonly trouble: { readonly offset: number; readonly retries: number; readonly reason: string } | undefined
}

export interface MappingState {
  readonly status: 'disabled' | 'starting' | 'polling' | 'rejoining' | 'stopped'
  /** Disabled, or in the group and polling. */
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

/** One mapping as `GET /mappings` and `/metrics` show it. */
export interface MappingReport extends MappingState {
  readonly functionName: string
  readonly topic: string
  readonly consumerGroupId: string
  readonly metricGroups: readonly string[]
}

function toPartitionState(lane: Lane, windowMs: number, nowMs: number): PartitionState {
  const { partition, committed, highWatermark, inHand, buffer, windowStartMs, trouble } = lane
  const oldest = inHand[0] ?? buffer[0]
  const isWaiting = inHand.length === 0 && buffer.length > 0
  return {
    partition,
    committed: committed === undefined ? undefined : Number(committed),
    endOffset: Number(highWatermark),
    lag: lagOf(lane),
    buffered: buffer.length,
    inFlight: inHand.length,
    oldestRecordAgeMs: oldest === undefined ? undefined : Math.max(0, nowMs - oldest.timestampMs),
    windowLeftMs: isWaiting ? Math.max(0, windowStartMs + windowMs - nowMs) : undefined,
    trouble: trouble === undefined ? undefined : { ...trouble, offset: Number(commitOffsetOf(lane)) },
  }
}

export interface StateParts extends Omit<MappingState, 'isReady' | 'partitions' | 'lag'> {
  readonly lanes: Iterable<Lane>
  readonly windowMs: number
  /** Epoch ms. */
  readonly nowMs: number
}

export function toMappingState({ lanes, windowMs, nowMs, ...rest }: StateParts): MappingState {
  const partitions = [...lanes]
    .sort((a, b) => a.partition - b.partition)
    .map((lane) => toPartitionState(lane, windowMs, nowMs))
  return {
    ...rest,
    isReady: rest.status === 'disabled' || rest.status === 'polling',
    partitions,
    lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
  }
}

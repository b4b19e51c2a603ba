/** Offsets by partition, as decimal text. */
type PartitionOffsets = Readonly<Record<number, string>>

interface OffsetsCommitted {
  readonly name: 'offsets.committed'
  readonly offsets: PartitionOffsets
}

interface OffsetsCommitFailed {
  readonly name: 'offsets.commit-failed'
  readonly offsets: PartitionOffsets
  readonly reason: string
}

/** The log no longer holds the offset to read next; reading continues at its oldest record. */
interface OffsetsReset {
  readonly name: 'offsets.reset'
  readonly partition: number
  readonly from: string
  readonly to: string
}

/** Where to start reading could not be found out; tried again. */
interface OffsetsUnknown {
  readonly name: 'offsets.unknown'
  readonly reason: string
}

/** The ends of the partitions could not be read, so the lag shown is too low. */
interface LagUnknown {
  readonly name: 'lag.unknown'
  readonly reason: string
}

interface PartitionsAssigned {
  readonly name: 'partitions.assigned'
  readonly memberId: string
  readonly partitions: readonly number[]
  readonly added: readonly number[]
  readonly lost: readonly number[]
}

/** Where to start reading is known. */
interface PartitionsPositioned {
  readonly name: 'partitions.positioned'
  /** Of the topic. */
  readonly partitionCount: number
  readonly positions: PartitionOffsets
}

/** The consumer has left the group. */
interface PartitionsRevoked {
  readonly name: 'partitions.revoked'
  readonly lost: readonly number[]
}

/** A partition's buffer is full. */
interface FetchingPaused {
  readonly name: 'fetching.paused'
  readonly partition: number
  /** Records in the buffer. */
  readonly buffered: number
}

interface PollersScaled {
  readonly name: 'pollers.scaled'
  readonly from: number
  readonly to: number
  /** Records. */
  readonly lag: number
}

interface ConsumerCrashed {
  readonly name: 'consumer.crashed'
  readonly reason: string
  readonly restartInMs: number
}

/** The consumer could not leave the group cleanly; the group drops it after the session timeout. */
interface ConsumerStopFailed {
  readonly name: 'consumer.stop-failed'
  readonly reason: string
}

/** Schemas could not be read; tried again. */
interface SchemaRegistryFailed {
  readonly name: 'schema-registry.failed'
  readonly partition: number
  readonly reason: string
}

/** The next records of a partition cannot be decoded; tried again. */
interface PartitionUnreadable {
  readonly name: 'partition.unreadable'
  readonly partition: number
  readonly reason: string
}

/** What happens to the consumer of a mapping, its partitions and offsets. */
export type ConsumerEvent =
  | OffsetsCommitted
  | OffsetsCommitFailed
  | OffsetsReset
  | OffsetsUnknown
  | LagUnknown
  | PartitionsAssigned
  | PartitionsPositioned
  | PartitionsRevoked
  | FetchingPaused
  | PollersScaled
  | ConsumerCrashed
  | ConsumerStopFailed
  | SchemaRegistryFailed
  | PartitionUnreadable

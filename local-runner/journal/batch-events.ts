/** What closed a batch; an oversized batch is one record that no event can hold. */
export type CloseReason = 'size' | 'payload' | 'window' | 'oversized'

/** Why a record cannot be read as its schema says. */
export type Rejection = 'SCHEMA_NOT_FOUND' | 'DESERIALIZATION_ERROR'

/** Why records are given up, in the words of a Kafka topic's document; SQS, SNS and S3 say `RetryAttemptsExhausted`.
 * `RecordAgeExceeded` is documented for Kinesis only. */
export type DiscardCondition =
  'RetriesExhausted' | 'MaximumPayloadSizeExceeded' | 'RecordAgeExceeded' | Rejection

/** Number of records by partition. */
export type RecordCounts = Readonly<Record<number, number>>

/** `<partition>@<offset>`. */
type RecordPlace = string

interface BatchClosed {
  readonly name: 'batch.closed'
  readonly close: CloseReason
  readonly records: RecordCounts
  /** Age of its oldest record. */
  readonly ageMs: number
}

interface BatchSucceeded {
  readonly name: 'batch.succeeded'
  readonly records: RecordCounts
  /** Records in the invocation. */
  readonly invoked: number
  readonly retries: number
}

/** The invocation did not reach the function; counts as no attempt. */
interface BatchThrottled {
  readonly name: 'batch.throttled'
  readonly records: RecordCounts
  readonly reason: string
}

interface BatchSplit {
  readonly name: 'batch.split'
  /** Those that failed. */
  readonly records: RecordCounts
  /** Records in the invocation. */
  readonly invoked: number
  readonly reason: string
}

interface BatchRetrying {
  readonly name: 'batch.retrying'
  /** Those that failed. */
  readonly records: RecordCounts
  /** Records in the invocation. */
  readonly invoked: number
  /** Number of the retry that follows, from 1. */
  readonly retry: number
  readonly reason: string
}

interface BatchExhausted {
  readonly name: 'batch.exhausted'
  /** Those that failed. */
  readonly records: RecordCounts
  /** Records in the invocation. */
  readonly invoked: number
  readonly retries: number
  readonly reason: string
}

interface BatchDiscarded {
  readonly name: 'batch.discarded'
  readonly condition: DiscardCondition
  readonly offsets: readonly RecordPlace[]
  /** False where the mapping has no on-failure destination: the records are lost. */
  readonly isStored: boolean
}

/** The runner's own code failed; the batch's partitions stay blocked. */
interface BatchDefect {
  readonly name: 'batch.defect'
  /** Stack trace. */
  readonly reason: string
}

/** The on-failure destination could not be written; tried again. */
interface DestinationFailed {
  readonly name: 'destination.failed'
  readonly records: RecordCounts
  readonly reason: string
}

/** The on-failure topic does not take the document with the record in it; it was stored without. */
interface DestinationPayloadOmitted {
  readonly name: 'destination.payload-omitted'
  readonly offsets: readonly RecordPlace[]
  readonly reason: string
}

/** Somebody moved the mapping past these records. */
interface RecordSkipped {
  readonly name: 'record.skipped'
  readonly offsets: readonly RecordPlace[]
}

/** What happens to the batches of a mapping, and to the records given up. */
export type BatchEvent =
  | BatchClosed
  | BatchSucceeded
  | BatchThrottled
  | BatchSplit
  | BatchRetrying
  | BatchExhausted
  | BatchDiscarded
  | BatchDefect
  | DestinationFailed
  | DestinationPayloadOmitted
  | RecordSkipped

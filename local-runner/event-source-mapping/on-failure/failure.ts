import type { EventRecord } from '../msk-event/msk-event.ts'
import type { Rejection } from '../schema-registry/decoder.ts'

/** The first as a Kafka topic's document has it; SQS, SNS and S3 say `RetryAttemptsExhausted`. Of `RecordAgeExceeded`
 * only Kinesis' page speaks. */
export type DiscardCondition =
  'RetriesExhausted' | 'MaximumPayloadSizeExceeded' | 'RecordAgeExceeded' | Rejection

export interface Failure {
  /** Of the last invocation; an id of its own where there was none. */
  readonly requestId: string
  readonly condition: DiscardCondition
  readonly invokeCount: number
}

/** Writes records to the on-failure destination; resolves when all are stored. */
export type SendToDestination = (records: readonly EventRecord[], failure: Failure) => Promise<void>

export interface OnFailure {
  readonly send: SendToDestination
  readonly stop: () => Promise<void>
}

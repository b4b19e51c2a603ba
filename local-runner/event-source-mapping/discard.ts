import type { BatchEntry } from './batch.ts'
import { countsOf, recordsOf } from './batch.ts'
import { interruptibleWait } from '../async/interruptible-wait.ts'
import type { EventRecord } from './msk-event.ts'
import type { Rejection } from './schema-registry/decoder.ts'

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

export interface Deps {
  /** Undefined where the mapping has no destination: the records are lost then, as on AWS. */
  readonly send: SendToDestination | undefined
  readonly retryDelayMs: (retry: number) => number
  readonly record: (name: string, fields: Readonly<Record<string, unknown>>) => void
  readonly stopping: AbortSignal
}

/** Resolves to false when it gave up because the mapping stops; the records are then not finished. */
export type Discard = (entries: readonly BatchEntry[], failure: Failure) => Promise<boolean>

/** Gives records up. A destination that cannot be written is tried again until it can, because the commit follows. */
export function createDiscard({ send, retryDelayMs, record, stopping }: Deps): Discard {
  return async (entries, failure) => {
    for (let retry = 1; send !== undefined; retry += 1) {
      try {
        await send(recordsOf(entries), failure)
        break
      } catch (error) {
        record('destination.failed', { records: countsOf(entries), reason: String(error) })
        await interruptibleWait(retryDelayMs(retry), [stopping])
        if (stopping.aborted) return false
      }
    }
    const offsets = entries.map((entry) => `${entry.record.partition}@${entry.record.offset}`)
    record('batch.discarded', { condition: failure.condition, offsets, isStored: send !== undefined })
    return true
  }
}

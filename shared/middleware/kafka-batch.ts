import middy from '@middy/core'
import type { Context, MSKEvent, MSKRecord } from 'aws-lambda'
import { cutToBytes } from '../cut-text.ts'
import { type AppError, isTerminal } from '../errors.ts'
import { isForAnotherService } from '../kafka/redrive.ts'
import type { Log } from '../logger.ts'
import { mapAtMost } from '../map-at-most.ts'

/** Lambda's partial batch response for Kafka; the AWS typings have none (docs: kafka-retry-configurations). */
export interface KafkaBatchResponse {
  readonly batchItemFailures: readonly {
    readonly itemIdentifier: { readonly partition: string; readonly offset: number }
  }[]
}

export interface KafkaBatchOptions {
  /** As in `<topic>.<service>.dlq`: a record redriven to another service is passed over. */
  readonly service: string
  readonly log: Log
  /** Handles one record. A terminal AppError dead-letters it; any other error has it and all records behind it retried. */
  readonly handle: (record: MSKRecord, context: Context) => Promise<void>
  readonly deadLetter: (record: MSKRecord, reason: AppError) => Promise<void>
}

/** Short, as a producer can send thousands of bad records; the dead letter has the whole reason. */
const MAX_REASON_BYTES = 100

/**
 * How many keys are worked on at once: a whole batch of ours, so that its commands go out together. More would only wait in
 * Redis, each with a part of its 0.8 s gone.
 */
export const MAX_AT_ONCE = 100

/** What handling threw: of records to be retried, and of those that no retry can help. */
interface Thrown {
  readonly failed: Map<MSKRecord, unknown>
  readonly refused: Map<MSKRecord, AppError>
}

/**
 * The Middy pipeline of a Kafka trigger: the keys of a partition at once, the records of one key in order. A failed record
 * stops its own key only; what is handled behind it is retried with it, so handling a record again must be harmless.
 */
export function kafkaBatch({ service, log, handle, deadLetter }: KafkaBatchOptions) {
  // A function that was made before there was the option is built all the same: it would pass over all that is redriven to it.
  if (!service) {
    throw new Error(
      "kafkaBatch has no service, so no redriven record would be for it. Add service: 'NAME' to its options, with the function's name, as in its dead-letter topics <topic>.NAME.dlq.",
    )
  }

  /** Handles the records of one key in order, up to the first that is to be retried. Notes what they threw. */
  async function handleKey(
    records: readonly MSKRecord[],
    context: Context,
    { failed, refused }: Thrown,
  ): Promise<void> {
    for (const record of records) {
      // Before the value is looked at: it may be the one that another service cannot read.
      if (isForAnotherService(record, service)) {
        log.info('record redriven to another service passed over', placeOf(record))
        continue
      }
      try {
        await handle(record, context)
      } catch (error) {
        if (!isTerminal(error)) return void failed.set(record, error)
        refused.set(record, error)
      }
    }
  }

  /** What is to be retried of a partition: all from its first failure on, as an offset that is left out could be committed. */
  async function settlePartition(
    records: readonly MSKRecord[],
    { failed, refused }: Thrown,
  ): Promise<readonly MSKRecord[]> {
    // A record behind a failure comes again, and would be a dead letter once for each retry.
    const settled = untilFailure(records, failed)
    await mapAtMost(MAX_AT_ONCE, settled, async (record) => {
      const error = refused.get(record)
      if (!error) return
      const reason = cutToBytes(error.message, MAX_REASON_BYTES)
      log.error('record dead-lettered', { ...placeOf(record), code: error.code, reason })
      await deadLetter(record, error).catch((cause: unknown) => failed.set(record, cause))
    })
    const toRetry = records.slice(untilFailure(records, failed).length)
    const [first] = toRetry
    if (first) {
      // One line for all: an outage fails every key of every batch.
      const count = toRetry.filter((record) => failed.has(record)).length
      log.error('record failed', { ...placeOf(first), failed: count, error: failed.get(first) })
    }
    return toRetry
  }

  return middy<MSKEvent, KafkaBatchResponse>().handler(
    async (event: MSKEvent, context: Context): Promise<KafkaBatchResponse> => {
      const partitions = Object.values(event.records)
      const thrown: Thrown = { failed: new Map(), refused: new Map() }
      // Records without a key are one group of their partition.
      const keys = partitions.flatMap((records) => [...Map.groupBy(records, ({ key }) => key).values()])
      await mapAtMost(MAX_AT_ONCE, keys, (records) => handleKey(records, context, thrown))
      const toRetry = await Promise.all(partitions.map((records) => settlePartition(records, thrown)))
      return {
        batchItemFailures: toRetry.flat().map(({ topic, partition, offset }) => ({
          itemIdentifier: { partition: `${topic}-${partition}`, offset },
        })),
      }
    },
  )
}

const placeOf = ({ topic, partition, offset }: MSKRecord) => ({ topic, partition, offset })

function untilFailure(records: readonly MSKRecord[], failed: Thrown['failed']): readonly MSKRecord[] {
  const index = records.findIndex((record) => failed.has(record))
  return index === -1 ? records : records.slice(0, index)
}

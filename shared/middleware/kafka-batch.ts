import middy from '@middy/core'
import type { MSKEvent, MSKRecord } from 'aws-lambda'
import { cutToBytes } from '../cut-text.ts'
import { type AppError, isTerminal } from '../errors.ts'
import { isForAnotherService } from '../kafka/redrive.ts'
import type { Log } from '../logger.ts'

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
  readonly handle: (record: MSKRecord) => Promise<void>
  readonly deadLetter: (record: MSKRecord, reason: AppError) => Promise<void>
}

/** Short, as a producer can send thousands of bad records; the dead letter has the whole reason. */
const MAX_REASON_BYTES = 100

/** The Middy pipeline of a Kafka trigger: partitions concurrently, the records of one in order. */
export function kafkaBatch({ service, log, handle, deadLetter }: KafkaBatchOptions) {
  // A function that was made before there was the option is built all the same: it would pass over all that is redriven to it.
  if (!service) {
    throw new Error(
      "kafkaBatch has no service, so no redriven record would be for it. Add service: 'NAME' to its options, with the function's name, as in its dead-letter topics <topic>.NAME.dlq.",
    )
  }

  async function processRecord(record: MSKRecord): Promise<void> {
    const { topic, partition, offset } = record
    // Before the value is looked at: it may be the one that another service cannot read.
    if (isForAnotherService(record, service)) {
      return log.info('record redriven to another service passed over', { topic, partition, offset })
    }
    try {
      await handle(record)
    } catch (error) {
      if (!isTerminal(error)) throw error
      const reason = cutToBytes(error.message, MAX_REASON_BYTES)
      log.error('record dead-lettered', { topic, partition, offset, code: error.code, reason })
      await deadLetter(record, error)
    }
  }

  async function processPartition(records: readonly MSKRecord[]): Promise<readonly MSKRecord[]> {
    for (const [index, record] of records.entries()) {
      try {
        await processRecord(record)
      } catch (error) {
        log.error('record failed', {
          topic: record.topic,
          partition: record.partition,
          offset: record.offset,
          error,
        })
        // Handling the records behind a failure would break the partition's order,
        // and leaving them out of the response could commit their offsets.
        return records.slice(index)
      }
    }
    return []
  }

  return middy<MSKEvent, KafkaBatchResponse>().handler(
    async (event: MSKEvent): Promise<KafkaBatchResponse> => {
      const failed = await Promise.all(Object.values(event.records).map(processPartition))
      return {
        batchItemFailures: failed.flat().map(({ topic, partition, offset }) => ({
          itemIdentifier: { partition: `${topic}-${partition}`, offset },
        })),
      }
    },
  )
}

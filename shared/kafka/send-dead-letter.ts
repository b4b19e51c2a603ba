import type { MSKRecord } from 'aws-lambda'
import type { AppError } from '../errors.ts'
import type { Log } from '../logger.ts'
import { toDeadLetter, withoutPayload } from './dead-letter.ts'
import { type RecordProducer, RecordTooLargeError } from './producer.ts'

export interface SendDeadLetterDeps {
  /** As in `<topic>.<service>.dlq`. */
  readonly service: string
  readonly send: RecordProducer['send']
  readonly now: () => Date
  readonly log: Pick<Log, 'error'>
}

/**
 * Puts a record aside that no retry can help. One that its topic cannot take (with its headers, or no longer compressed, it
 * is larger than where it came from) goes without its payload: retried, it would block its partition for ever.
 */
export const createSendDeadLetter =
  ({ service, send, now, log }: SendDeadLetterDeps) =>
  async (record: MSKRecord, reason: AppError): Promise<void> => {
    const letter = toDeadLetter(record, service, reason, now())
    try {
      await send(letter)
    } catch (error) {
      if (!(error instanceof RecordTooLargeError)) throw error
      const { topic, partition, offset } = record
      log.error('dead letter too large, sent without its payload', { topic, partition, offset, error })
      await send(withoutPayload(letter))
    }
  }

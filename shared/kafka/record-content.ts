import type { MSKRecord } from 'aws-lambda'
import { AppError } from '../errors.ts'

/**
 * More than any event of ours has: an order of 100 lines has 16 KiB, and one with the longest address that a request could
 * once have 68 KiB. A value that is compressed in its topic can be far
 * larger than Kafka's limit of 1 MiB, and parsing it takes more memory and time than a function has.
 */
const MAX_VALUE_BYTES = 128 * 1024

/** A header's text, or undefined. A header may be repeated; the last one counts, as for Kafka's own `lastHeader`. */
export function headerText(record: MSKRecord, name: string): string | undefined {
  const header = record.headers.findLast((entry) => Object.hasOwn(entry, name))?.[name]
  // Header bytes are signed in an MSK event (docs: with-msk); Buffer.from takes -36 for 0xDC.
  return header && Buffer.from(header).toString('utf8')
}

/**
 * A comparison with the log finds the copies of an event by the header: under another event's id, a record would hide that
 * event's own. @throws AppError `event_invalid` when there is a `ce_id` and it is not that of the value.
 */
export function checkEventId(record: MSKRecord, eventId: string): void {
  const headerId = headerText(record, 'ce_id')
  if (headerId === undefined || headerId === eventId) return
  throw new AppError(
    'invalid',
    'event_invalid',
    `The header ce_id is not the eventId of the value, ${eventId}.`,
  )
}

/** The parsed JSON of a record's value. @throws AppError `event_invalid` when it has none, is too large, or is not JSON. */
export function jsonValue(record: MSKRecord): unknown {
  // The AWS typings promise a value, but a tombstone has none.
  if (!record.value) throw new AppError('invalid', 'event_invalid', 'The record has no value.')
  const bytes = Buffer.byteLength(record.value, 'base64')
  if (bytes > MAX_VALUE_BYTES) {
    throw new AppError(
      'invalid',
      'event_invalid',
      `The value has ${bytes} bytes; at most ${MAX_VALUE_BYTES} are read.`,
    )
  }
  try {
    return JSON.parse(Buffer.from(record.value, 'base64').toString('utf8'))
  } catch (cause) {
    throw new AppError('invalid', 'event_invalid', `The value is not JSON: ${(cause as Error).message}`, {
      cause,
    })
  }
}

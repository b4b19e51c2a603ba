import type { MSKRecord } from 'aws-lambda'
import type { AppError } from '../errors.ts'
import type { OutgoingRecord } from './producer.ts'

/** With every error of a large record in it, a dead letter could be too large for Kafka, and block its partition. */
const MAX_REASON_CHARACTERS = 1000

/** The record unchanged, for `<topic>.<service>.dlq`, with the reason and its position in `x-dlq-` headers. */
export function toDeadLetter(
  record: MSKRecord,
  service: string,
  reason: AppError,
  now: Date,
): OutgoingRecord {
  const headers = originalHeaders(record)
  const count = Number(headers['x-dlq-count']?.[0]?.toString() ?? 0) + 1
  return {
    topic: `${record.topic}.${service}.dlq`,
    key: fromBase64(record.key),
    value: fromBase64(record.value),
    headers: {
      ...headers,
      'x-dlq-reason': `${reason.code}: ${reason.message}`.slice(0, MAX_REASON_CHARACTERS),
      'x-dlq-topic': record.topic,
      'x-dlq-partition': String(record.partition),
      'x-dlq-offset': String(record.offset),
      'x-dlq-count': String(count),
      'x-dlq-at': now.toISOString(),
    },
  }
}

/** A record without key or value lacks the property, which the AWS typings do not show. */
const fromBase64 = (text: string | undefined | null): Buffer | null =>
  text == null ? null : Buffer.from(text, 'base64')

/** Built from entries, so that a header called `__proto__` stays a header. */
const originalHeaders = (record: MSKRecord): Record<string, Buffer[]> =>
  Object.fromEntries(
    [
      ...Map.groupBy(
        record.headers.flatMap((header) => Object.entries(header)),
        ([name]) => name,
      ),
    ].map(([name, entries]) => [name, entries.map(([, bytes]) => Buffer.from(bytes))]),
  )

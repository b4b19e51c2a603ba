import { createHash } from 'node:crypto'
import type { MSKRecord } from 'aws-lambda'
import { cutToBytes } from '../cut-text.ts'
import type { AppError } from '../errors.ts'
import type { OutgoingRecord } from './producer.ts'
import { headerText } from './record-content.ts'

const MAX_REASON_BYTES = 1000

export interface DeadLetter extends OutgoingRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** The record unchanged, for `<topic>.<service>.dlq`, with the reason and its position in `x-dlq-` headers. */
export function toDeadLetter(record: MSKRecord, service: string, reason: AppError, now: Date): DeadLetter {
  const earlier = /^\d{1,9}$/.exec(headerText(record, 'x-dlq-count') ?? '')?.[0] ?? 0
  return {
    topic: `${record.topic}.${service}.dlq`,
    key: fromBase64(record.key),
    value: fromBase64(record.value),
    headers: {
      ...originalHeaders(record),
      'x-dlq-reason': cutToBytes(`${reason.code}: ${reason.message}`, MAX_REASON_BYTES),
      'x-dlq-topic': record.topic,
      'x-dlq-partition': String(record.partition),
      'x-dlq-offset': String(record.offset),
      'x-dlq-count': String(Number(earlier) + 1),
      'x-dlq-at': now.toISOString(),
    },
  }
}

/** A dead letter that its topic cannot take, as one that it can: what the record was and where it is, but not its bytes. */
export const withoutPayload = ({ topic, key, value, headers }: DeadLetter): DeadLetter => ({
  topic,
  key: null,
  value: null,
  headers: {
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-dlq-'))),
    'x-dlq-payload': 'omitted',
    ...digestOf('key', key),
    ...digestOf('value', value),
  },
})

const digestOf = (what: 'key' | 'value', bytes: Buffer | null): Readonly<Record<string, string>> =>
  bytes === null
    ? {}
    : {
        [`x-dlq-${what}-size`]: String(bytes.length),
        [`x-dlq-${what}-sha256`]: createHash('sha256').update(bytes).digest('hex'),
      }

/** A record without key or value lacks the property, which the AWS typings do not show. */
const fromBase64 = (text: string | undefined | null): Buffer | null =>
  text == null ? null : Buffer.from(text, 'base64')

/** Without those of an earlier dead letter. Built from entries, so that a header called `__proto__` stays a header. */
const originalHeaders = (record: MSKRecord): Record<string, Buffer[]> =>
  Object.fromEntries(
    [
      ...Map.groupBy(
        record.headers
          .flatMap((header) => Object.entries(header))
          .filter(([name]) => !name.startsWith('x-dlq-')),
        ([name]) => name,
      ),
    ].map(([name, entries]) => [name, entries.map(([, bytes]) => Buffer.from(bytes))]),
  )

import { type DeadLetter, REDRIVE_COUNT_HEADER, REDRIVE_TO_HEADER, redriveCountOf } from './dead-letter.ts'
import type { SizedRecord } from './record-bytes.ts'

const REPLACED = new Set([REDRIVE_COUNT_HEADER, REDRIVE_TO_HEADER])

const header = (key: string, text: string) => ({ key, value: Buffer.from(text) })

/**
 * The record to redrive: with the same key and headers, the redrive count plus one, and the service that it is for.
 * `newValue` replaces its value.
 */
export function toRedriven({ original, service }: DeadLetter, newValue: Buffer | undefined): SizedRecord {
  return {
    key: original.key,
    value: newValue ?? original.value,
    headers: [
      ...original.headers.filter(({ key }) => !REPLACED.has(key)),
      header(REDRIVE_COUNT_HEADER, String(redriveCountOf(original) + 1)),
      ...(service === undefined ? [] : [header(REDRIVE_TO_HEADER, service)]),
    ],
  }
}

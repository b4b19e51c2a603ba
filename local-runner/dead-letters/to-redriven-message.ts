import type { IHeaders, Message } from 'kafkajs'
import { type OriginalRecord, REDRIVE_COUNT_HEADER, redriveCountOf } from './dead-letter.ts'

function toHeaders({ headers, ...original }: OriginalRecord): IHeaders {
  const kept = headers.filter(({ key }) => key !== REDRIVE_COUNT_HEADER)
  const byName = Map.groupBy(kept, ({ key }) => key)
  return {
    ...Object.fromEntries(
      [...byName].map(([name, same]) => [name, same.map(({ value }) => value ?? Buffer.alloc(0))]),
    ),
    [REDRIVE_COUNT_HEADER]: String(redriveCountOf({ headers, ...original }) + 1),
  }
}

/**
 * The record to redrive: with the same key and headers, the redrive count plus one, and the same partition if the topic
 * still has it. `newValue` replaces its value.
 */
export function toRedrivenMessage(
  original: OriginalRecord,
  newValue: Buffer | undefined,
  partitionCount: number,
): Message {
  const { key, value, partition } = original
  return {
    key,
    value: newValue ?? value,
    headers: toHeaders(original),
    ...(partition < partitionCount ? { partition } : {}),
  }
}

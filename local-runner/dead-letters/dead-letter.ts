import type { Header } from '../kafka/kafkajs/header-order.ts'

/** The record that failed, as it was in its topic. */
export interface OriginalRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly Header[]
}

/** A record that failed: `dlq` was rejected by a function, `failed` was discarded by a mapping. */
export interface DeadLetter {
  readonly kind: 'dlq' | 'failed'
  readonly topic: string
  /** `<partition>@<offset>` in `topic`. */
  readonly id: string
  readonly reason: string
  /** How often it was dead-lettered (`dlq`) or its function invoked (`failed`). */
  readonly attempts: number
  /** ISO 8601. */
  readonly at: string
  readonly original: OriginalRecord
}

/** A record of the topic that is not a dead letter, or does not contain its original record. */
export interface Unreadable {
  readonly topic: string
  readonly id: string
  readonly problem: string
}

export const REDRIVE_COUNT_HEADER = 'x-redrive-count'

export function redriveCountOf({ headers }: OriginalRecord): number {
  const last = headers.findLast(({ key }) => key === REDRIVE_COUNT_HEADER)
  const count = Number(last?.value?.toString() ?? 0)
  return Number.isInteger(count) && count > 0 ? count : 0
}

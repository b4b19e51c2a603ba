import type { Header } from '../kafka/kafkajs-header-order.ts'

/** The record that failed, as it stood in its topic. */
export interface OriginalRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly Header[]
}

/** A record put aside, of either kind: `dlq` by a function, `failed` by a mapping that gave up. */
export interface DeadLetter {
  readonly kind: 'dlq' | 'failed'
  readonly topic: string
  /** `<partition>@<offset>` in `topic`. */
  readonly id: string
  readonly reason: string
  /** How often it was tried: dead-lettered (`dlq`), invoked (`failed`). */
  readonly attempts: number
  /** ISO 8601. */
  readonly at: string
  readonly original: OriginalRecord
}

/** What lies in the topic and is no dead letter, or does not hold its record. */
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

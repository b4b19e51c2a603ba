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
  /** The function that refused it; undefined where that cannot be known. */
  readonly service: string | undefined
  readonly original: OriginalRecord
  /** Why it cannot be redriven, such as a payload that was too large for the dead-letter topic. */
  readonly problem?: string
}

/** A record of the topic that is no dead letter. */
export interface Unreadable {
  readonly topic: string
  readonly id: string
  readonly problem: string
  /** Of its key and value; undefined when nothing can be read from here to the end of the partition. */
  readonly digest: string | undefined
}

/** With what was done about it. */
export type Found = (DeadLetter | Unreadable) & {
  readonly isRedriven: boolean
  /** Set when it was settled without a redrive. */
  readonly discarded?: { readonly at: string; readonly reason: string }
}

/** What to do about a record whose payload its dead letter does not have. */
export const omittedProblem = (topic: string, partition: number, offset: bigint | number) =>
  `it was too large for this topic: read the original, ${topic} partition ${partition} offset ${offset}, while it is there`

export const REDRIVE_COUNT_HEADER = 'x-redrive-count'
/** The one service that a redriven record is for; the others pass over it (shared/kafka/redrive.ts). */
export const REDRIVE_TO_HEADER = 'x-redrive-to'

export function redriveCountOf({ headers }: OriginalRecord): number {
  const last = headers.findLast(({ key }) => key === REDRIVE_COUNT_HEADER)
  const count = Number(last?.value?.toString() ?? 0)
  return Number.isInteger(count) && count > 0 ? count : 0
}

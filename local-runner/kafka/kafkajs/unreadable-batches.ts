import { loadInternal } from './internals.ts'
import type { RecordSet } from './record-set.ts'

interface Batch {
  readonly topic: string
  readonly partition: number
  readonly messages: readonly unknown[]
  readonly rawMessages: RecordSet
}

/** No reader can read the records; the broker itself works. */
export class UnreadableRecordsError extends Error {
  /** Of their batch. */
  readonly lastOffset: bigint
  constructor(message: string, lastOffset: bigint) {
    super(message)
    this.lastOffset = lastOffset
  }
}

/** Why the records of a fetched batch cannot be read; undefined where they can. */
export function unreadableIn(batch: object): UnreadableRecordsError | undefined {
  if (!('rawMessages' in batch)) return undefined
  const { topic, partition, rawMessages } = batch as Batch // the one class that has them
  const { unreadable } = rawMessages
  if (unreadable === undefined) return undefined
  return new UnreadableRecordsError(
    `The records of ${topic}, partition ${partition}, offsets ${unreadable.offset} to ${unreadable.lastOffset}, cannot be read: ` +
      `${unreadable.error.message}. Nothing behind them is read before they are skipped or deleted.`,
    unreadable.lastOffset,
  )
}

/**
 * kafkajs fails a fetch as a whole where one batch cannot be decoded, so no other partition is read. Its record sets now keep
 * the error, and here their batches are given to the application, which asks with `unreadableIn`.
 */
export function repairUnreadableBatches(): void {
  const { prototype } = loadInternal('consumer/batch') as { readonly prototype: object }
  Object.assign(prototype, {
    isEmpty(this: Batch) {
      return this.messages.length === 0 && this.rawMessages.unreadable === undefined
    },
  })
}

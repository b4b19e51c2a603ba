import { loadInternal } from './internals.ts'

interface Batch {
  readonly rawMessages: readonly unknown[]
  readonly fetchedOffset: string
  readonly isEmpty: () => boolean
}

interface BatchPrototype {
  readonly lastOffset: (this: Batch) => string
  readonly isEmptyDueToFiltering: (this: Batch) => boolean
}

function isBatchClass(value: unknown): value is { readonly prototype: BatchPrototype } {
  if (typeof value !== 'function') return false
  const prototype: unknown = value.prototype
  return typeof prototype === 'object' && prototype !== null && 'isEmptyDueToFiltering' in prototype
}

/**
 * kafkajs emits END_BATCH_PROCESS for a batch of which no record is left, but not for one that came empty. Only such a one tells
 * that the log goes on behind an open transaction: now it is emitted too, and its last offset is the one before the fetch.
 * @throws Error when this version of kafkajs has no such Batch
 */
export function repairEmptyBatches(): void {
  const Batch: unknown = loadInternal('consumer/batch')
  if (!isBatchClass(Batch)) {
    throw new Error(
      'kafkajs has no Batch.isEmptyDueToFiltering any more: see what it does with an empty batch',
    )
  }
  const { lastOffset } = Batch.prototype
  Object.assign(Batch.prototype, {
    isEmptyDueToFiltering(this: Batch) {
      return this.isEmpty()
    },
    lastOffset(this: Batch) {
      return this.rawMessages.length === 0 ? String(BigInt(this.fetchedOffset) - 1n) : lastOffset.call(this)
    },
  })
}

import type { Message } from './record-set.ts'

export interface AbortedTransaction {
  readonly producerId: string
  readonly firstOffset: string
}

const ABORT = 0

/** A marker's key is its version and its type, two bytes each. */
const isAbortMarker = ({ batchContext, key }: Message) =>
  batchContext.isControlBatch && key !== null && key.length >= 4 && key.readInt16BE(2) === ABORT

/**
 * The records of aborted transactions among `messages`, as Java's consumer finds them (CompletedFetch.nextFetchedRecord): a
 * batch belongs to an aborted transaction from the first offset that the broker names for its producer to the next marker of an
 * abort by that producer. The broker names those that concern the fetch, also where the transaction began before it.
 */
export function findAborted(
  messages: readonly Message[],
  transactions: readonly AbortedTransaction[],
): readonly Message[] {
  if (transactions.length === 0) return []
  const waiting = transactions
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: BigInt(firstOffset) }))
    .sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  const aborting = new Set<string>()
  let next = 0
  let batch: Message['batchContext'] | undefined
  let isAborted = false
  return messages.filter((message) => {
    // All records of a batch have one fate.
    if (message.batchContext === batch) return isAborted
    batch = message.batchContext
    const last = BigInt(batch.firstOffset) + BigInt(batch.lastOffsetDelta)
    for (let one = waiting[next]; one !== undefined && one.firstOffset <= last; one = waiting[next]) {
      aborting.add(one.producerId)
      next += 1
    }
    if (isAbortMarker(message)) aborting.delete(batch.producerId)
    isAborted = batch.inTransaction && aborting.has(batch.producerId)
    return isAborted
  })
}

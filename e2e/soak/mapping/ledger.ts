export interface Ledger {
  /** Called when the handler has processed a record. */
  readonly handled: (partition: number, sequence: number) => void
  /** Called for each try of a record that fails once. */
  readonly isFirstTry: (partition: number, sequence: number) => boolean
  readonly handledCount: () => number
  readonly repeats: () => number
  /** The first records that were handled before an earlier one was handled or discarded. */
  readonly outOfOrder: () => readonly string[]
}

export interface LedgerDeps {
  readonly partitions: number
  readonly perPartition: number
  readonly isPoison: (partition: number, sequence: number) => boolean
}

const MAX_REPORTED = 20

/** Records what was handled and checks the order: only poison records may be skipped. */
export function createLedger({ partitions, perPartition, isPoison }: LedgerDeps): Ledger {
  const tried = Array.from({ length: partitions }, () => new Uint8Array(perPartition))
  const done = Array.from({ length: partitions }, () => new Uint8Array(perPartition))
  const next = new Array<number>(partitions).fill(0)
  const outOfOrder: string[] = []
  let handledCount = 0
  let repeats = 0
  return {
    handled: (partition, sequence) => {
      if (done[partition]?.[sequence] === 1) {
        repeats += 1
        return
      }
      done[partition]?.fill(1, sequence, sequence + 1)
      handledCount += 1
      let expected = next[partition] ?? 0
      while (expected < sequence && isPoison(partition, expected)) expected += 1
      if (expected !== sequence && outOfOrder.length < MAX_REPORTED) {
        outOfOrder.push(`${partition}: ${sequence} was handled, ${expected} was expected`)
      }
      next[partition] = sequence + 1
    },
    isFirstTry: (partition, sequence) => {
      const isFirst = tried[partition]?.[sequence] === 0
      tried[partition]?.fill(1, sequence, sequence + 1)
      return isFirst
    },
    handledCount: () => handledCount,
    repeats: () => repeats,
    outOfOrder: () => outOfOrder,
  }
}

export interface Ledger {
  /** Told when the handler has done its work for a record. */
  readonly handled: (partition: number, sequence: number) => void
  /** Told of each try, to count those of a record that fails once. */
  readonly isFirstTry: (partition: number, sequence: number) => boolean
  readonly handledCount: () => number
  readonly repeats: () => number
  /** The first records that came before one in front of them was done or put aside. */
  readonly outOfOrder: () => readonly string[]
}

export interface LedgerDeps {
  readonly partitions: number
  readonly perPartition: number
  readonly isPoison: (partition: number, sequence: number) => boolean
}

const TOLD = 20

/** What was handled, and whether in order: a record may only be passed over when it is poison. */
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
      if (expected !== sequence && outOfOrder.length < TOLD) {
        outOfOrder.push(`${partition}: ${sequence} came, ${expected} was due`)
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

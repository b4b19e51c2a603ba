export const PARTITIONS = 12
const POISON_RECORDS = 10

export interface Plan {
  readonly perPartition: number
  readonly recordCount: number
  readonly isPoison: (partition: number, sequence: number) => boolean
  /** One record in a hundred. */
  readonly failsOnce: (partition: number, sequence: number) => boolean
  /** `<partition>@<offset>`, sorted. */
  readonly poison: readonly string[]
}

/** Which records fail: ten poison records, each in another partition, at offsets spread over the log. */
export function createPlan(atLeast: number): Plan {
  const perPartition = Math.ceil(atLeast / PARTITIONS)
  const places = Array.from({ length: POISON_RECORDS }, (_, index) => ({
    partition: index,
    sequence: Math.floor((perPartition * (2 * index + 1)) / (2 * POISON_RECORDS)),
  }))
  const poison = new Set(places.map(({ partition, sequence }) => `${partition}@${sequence}`))
  const poisonOf = new Map(places.map(({ partition, sequence }) => [partition, sequence]))
  return {
    perPartition,
    recordCount: perPartition * PARTITIONS,
    isPoison: (partition, sequence) => poisonOf.get(partition) === sequence,
    failsOnce: (_, sequence) => sequence % 100 === 50,
    poison: [...poison].sort(),
  }
}

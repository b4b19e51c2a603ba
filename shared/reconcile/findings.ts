export interface Report {
  readonly differences: readonly string[]
  /** What was done or found, to be printed. */
  readonly notes: Readonly<Record<string, number>>
  /** Decimal digits: a sum may pass 2^53. */
  readonly sums: Readonly<Record<string, string>>
  /** Records that the function cannot read, as `topic-partition@offset`. They were dead-lettered: the state is right without them. */
  readonly unreadable: readonly string[]
  /** Records that were redriven to another function. */
  readonly redrivenElsewhere: readonly string[]
}

/** Collects what a reconcile step found. */
export interface Findings {
  readonly differ: (difference: string) => void
  readonly count: (note: string, by?: number) => void
  readonly add: (sum: string, by: bigint) => void
  /** The record at this place, `topic-partition@offset`, had no effect. */
  readonly passOver: (why: 'unreadable' | 'redrivenElsewhere', place: string) => void
  readonly report: () => Report
}

export function createFindings(): Findings {
  const differences: string[] = []
  const notes = new Map<string, number>()
  const sums = new Map<string, bigint>()
  const passedOver = { unreadable: [] as string[], redrivenElsewhere: [] as string[] }
  return {
    differ: (difference) => void differences.push(difference),
    count: (note, by = 1) => void notes.set(note, (notes.get(note) ?? 0) + by),
    add: (sum, by) => void sums.set(sum, (sums.get(sum) ?? 0n) + by),
    passOver: (why, place) => void passedOver[why].push(place),
    report: () => ({
      differences,
      notes: Object.fromEntries(notes),
      sums: Object.fromEntries([...sums].map(([name, sum]) => [name, String(sum)])),
      ...passedOver,
    }),
  }
}

export interface Report {
  readonly differences: readonly string[]
  /** What was done or found, to be printed. */
  readonly notes: Readonly<Record<string, number>>
  /** Decimal digits: a sum may pass 2^53. */
  readonly sums: Readonly<Record<string, string>>
}

/** Collects what a reconcile step found. */
export interface Findings {
  readonly differ: (difference: string) => void
  readonly count: (note: string, by?: number) => void
  readonly add: (sum: string, by: bigint) => void
  readonly report: () => Report
}

export function createFindings(): Findings {
  const differences: string[] = []
  const notes = new Map<string, number>()
  const sums = new Map<string, bigint>()
  return {
    differ: (difference) => void differences.push(difference),
    count: (note, by = 1) => void notes.set(note, (notes.get(note) ?? 0) + by),
    add: (sum, by) => void sums.set(sum, (sums.get(sum) ?? 0n) + by),
    report: () => ({
      differences,
      notes: Object.fromEntries(notes),
      sums: Object.fromEntries([...sums].map(([name, sum]) => [name, String(sum)])),
    }),
  }
}

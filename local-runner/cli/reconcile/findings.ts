import * as z from 'zod'

export interface Findings {
  readonly differences: ReadonlySet<string>
  /** Count of each thing that was done or seen. */
  readonly notes: ReadonlyMap<string, number>
  readonly sums: ReadonlyMap<string, bigint>
  /** `topic-partition@offset` of records that a function cannot read. Several may name the same record. */
  readonly unreadable: ReadonlySet<string>
}

/** A function's answer to `rebuild`, `compare` or `totals`. */
export interface StepFindings extends Findings {
  /** `topic-partition@offset` of records that are for another function. */
  readonly redrivenElsewhere: ReadonlySet<string>
}

const setOfTexts = z.array(z.string()).transform((texts) => new Set(texts))
const report = z.object({
  differences: setOfTexts,
  notes: z.record(z.string(), z.number()).transform((notes) => new Map(Object.entries(notes))),
  sums: z
    .record(z.string(), z.string().regex(/^-?\d+$/))
    .transform((sums) => new Map(Object.entries(sums).map(([name, digits]) => [name, BigInt(digits)]))),
  unreadable: setOfTexts,
  redrivenElsewhere: setOfTexts,
})

export const parseFindings = (answer: unknown): StepFindings => report.parse(answer)

/** Adds up what the steps find. */
export interface Tally extends Findings {
  readonly add: (found: Findings) => void
  readonly differ: (difference: string) => void
  /** No function can read the record at this place. */
  readonly passOver: (place: string) => void
}

export function createTally(): Tally {
  const differences = new Set<string>()
  const notes = new Map<string, number>()
  const sums = new Map<string, bigint>()
  const unreadable = new Set<string>()
  return {
    differences,
    notes,
    sums,
    unreadable,
    passOver: (place) => void unreadable.add(place),
    differ: (difference) => void differences.add(difference),
    add: (found) => {
      for (const one of found.differences) differences.add(one)
      for (const [name, count] of found.notes) notes.set(name, (notes.get(name) ?? 0) + count)
      for (const [name, sum] of found.sums) sums.set(name, (sums.get(name) ?? 0n) + sum)
      for (const place of found.unreadable) unreadable.add(place)
    },
  }
}

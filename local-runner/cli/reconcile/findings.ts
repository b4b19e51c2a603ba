import * as z from 'zod'

export interface Findings {
  readonly differences: readonly string[]
  /** Count of each thing that was done or seen. */
  readonly notes: ReadonlyMap<string, number>
  readonly sums: ReadonlyMap<string, bigint>
}

const report = z.object({
  differences: z.array(z.string()),
  notes: z.record(z.string(), z.number()),
  sums: z.record(z.string(), z.string().regex(/^-?\d+$/)),
})

export const NOTHING: Findings = { differences: [], notes: new Map(), sums: new Map() }

/** A function's answer to `rebuild`, `compare` or `totals`. */
export function parseFindings(answer: unknown): Findings {
  const { differences, notes, sums } = report.parse(answer)
  const digits = Object.entries(sums).map(([name, sum]) => [name, BigInt(sum)] as const)
  return { differences, notes: new Map(Object.entries(notes)), sums: new Map(digits) }
}

export const addFindings = (one: Findings, other: Findings): Findings => ({
  differences: [...one.differences, ...other.differences],
  notes: added(one.notes, other.notes, (a = 0, b) => a + b),
  sums: added(one.sums, other.sums, (a = 0n, b) => a + b),
})

function added<T>(
  one: ReadonlyMap<string, T>,
  other: ReadonlyMap<string, T>,
  add: (a: T | undefined, b: T) => T,
): ReadonlyMap<string, T> {
  const sum = new Map(one)
  for (const [name, value] of other) sum.set(name, add(sum.get(name), value))
  return sum
}

import type { Fault } from './nemesis.ts'

export interface Verdict {
  readonly id: string
  readonly statement: string
  readonly violations: readonly string[]
}

export interface Report {
  readonly seed: number
  readonly faultMs: number
  /** From the first request to the last. */
  readonly tookMs: number
  readonly faults: readonly Fault[]
  readonly requests: number
  /** The final status of each order. */
  readonly orders: readonly string[]
  readonly verdicts: readonly Verdict[]
}

const EXAMPLES = 5

export const isSound = ({ verdicts }: Report): boolean =>
  verdicts.every(({ violations }) => violations.length === 0)

/** The report as text: what was done, and whether each invariant holds. */
export function toText(report: Report): string {
  const { seed, faultMs, tookMs, faults, requests, orders, verdicts } = report
  const kills = faults.filter(({ kind }) => kind === 'kill').length
  return [
    `seed ${seed}: ${requests} requests in ${seconds(tookMs)}, ${orders.length} orders (${counts(orders)})`,
    `faults for ${seconds(faultMs)}: ${counts(faults.map(({ kind, target }) => `${kind} ${target}`))}`,
    `kills per minute: ${((kills * 60_000) / faultMs).toFixed(1)}`,
    ...verdicts.flatMap(({ id, statement, violations }) => [
      `${violations.length === 0 ? 'OK      ' : 'VIOLATED'} ${id.padEnd(3)} ${statement}${violations.length > 0 ? ` (${violations.length})` : ''}`,
      ...violations.slice(0, EXAMPLES).map((one) => `             ${one}`),
    ]),
  ].join('\n')
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`

function counts(words: readonly string[]): string {
  const groups = [...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length] as const)
  return groups
    .sort(([, one], [, other]) => other - one)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')
}

import { parseCron } from './cron-expression.ts'
import { nextRun } from './next-run.ts'
import { findTimeZone } from './time-zone.ts'

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** When a schedule runs. */
export type Timing =
  | { readonly everyMs: number }
  /** The first time after another, both in epoch ms; undefined: never again. */
  | { readonly nextMs: (afterEpochMs: number) => number | undefined }

/** EventBridge requires the singular for 1, and only for 1. */
function parseRate(expression: string): Timing | undefined {
  const [, count, unit, plural] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? []
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') return undefined
  return (count === '1') === (plural === '') ? { everyMs: Number(count) * UNIT_MS[unit] } : undefined
}

/** The local time of an `at(...)`, as in `TimeZone`. */
function parseAt(expression: string): number | undefined {
  const [, text] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? []
  const localMs = Date.parse(`${text}Z`)
  // Date.parse takes the 31st of a shorter month as the next one's first.
  return !Number.isNaN(localMs) && new Date(localMs).toISOString().startsWith(`${text}`) ? localMs : undefined
}

/** A schedule expression of EventBridge: `rate(...)`, `cron(...)` or `at(...)`; undefined when it or the zone is malformed. */
export function parseSchedule(expression: string, timeZone = 'UTC'): Timing | undefined {
  const zone = findTimeZone(timeZone)
  const rate = parseRate(expression)
  if (!zone || rate) return zone && rate
  const cron = parseCron(expression)
  if (cron) return { nextMs: (afterEpochMs) => nextRun(cron, zone, afterEpochMs) }
  const localMs = parseAt(expression)
  if (localMs === undefined) return undefined
  const atMs = zone.toEpoch(localMs)
  return { nextMs: (afterEpochMs) => (atMs !== undefined && atMs > afterEpochMs ? atMs : undefined) }
}

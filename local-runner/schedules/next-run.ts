import { type CronExpression, LAST_YEAR } from './cron-expression.ts'
import type { TimeZone } from './time-zone.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * The first run after a moment, in epoch ms; undefined when there is none. A local time that clocks skip has no run, one
 * that they repeat has its run the first time.
 */
export function nextRun(
  { minutesOfDay, isDay }: CronExpression,
  { toLocal, toEpoch }: TimeZone,
  afterEpochMs: number,
): number | undefined {
  const localMs = toLocal(afterEpochMs - (afterEpochMs % 1000))
  for (let dayMs = localMs - (localMs % DAY_MS); ; dayMs += DAY_MS) {
    const date = new Date(dayMs)
    if (date.getUTCFullYear() > LAST_YEAR) return undefined
    if (!isDay(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())) continue
    for (const minuteOfDay of minutesOfDay) {
      const runMs = dayMs + minuteOfDay * MINUTE_MS
      const epochMs = runMs > localMs ? toEpoch(runMs) : undefined
      if (epochMs !== undefined && epochMs > afterEpochMs) return epochMs
    }
  }
}

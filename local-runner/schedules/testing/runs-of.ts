import { parseCron } from '../cron-expression.ts'
import { nextRun } from '../next-run.ts'
import { findTimeZone } from '../time-zone.ts'

/** The runs from one time on and before another, such as `2026-11-01T05:30` (UTC). */
export function runsOf(expression: string, zoneName: string, from: string, until: string): string[] {
  const cron = parseCron(expression)
  const zone = findTimeZone(zoneName)
  if (!cron || !zone) throw new Error(`${expression} or ${zoneName} is refused`)
  const runs: string[] = []
  let at = Date.parse(from) - 1
  for (;;) {
    const next = nextRun(cron, zone, at)
    if (next === undefined || next >= Date.parse(until)) return runs
    runs.push(new Date(next).toISOString().slice(0, 16))
    at = next
  }
}

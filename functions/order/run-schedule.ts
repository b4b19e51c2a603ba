import { dropLedgers, type DropLedgersDeps } from './housekeeping/drop-ledgers.ts'
import { forgetOrders, type ForgetOrdersDeps } from './housekeeping/forget-orders.ts'
import type { Refusals } from './place/refusals.ts'
import { sweepIntents, type SweepIntentsDeps } from './place/sweep-intents.ts'
import { nudgeOrders, type NudgeOrdersDeps } from './publish/nudge-orders.ts'
import { type Relayed, relayEvents, type RelayEventsDeps } from './publish/relay-events.ts'

// The relay runs at every call. An idle shop asks 256 shards for each part, so what can wait does.
const SWEEP_EVERY_MS = 1000
const NUDGE_EVERY_MS = 5000
const HOUSEKEEPING_EVERY_MS = 60 * 60_000

export interface ScheduleRunDeps
  extends
    RelayEventsDeps,
    SweepIntentsDeps,
    NudgeOrdersDeps,
    ForgetOrdersDeps,
    DropLedgersDeps,
    Pick<Refusals, 'reportBacklog' | 'clearBacklog'> {
  /** From this age of an event that Kafka does not take, new orders are refused. */
  readonly outboxMaxAgeSeconds: number
  /** Monotonic, in ms. */
  readonly elapsedMs: () => number
}

export interface Repaired {
  readonly relayed: number
  readonly swept: number
  readonly nudged: number
}

/** What a call of the schedule does: repair what crashes left, publish what is due, delete what is old. */
export function createScheduleRun(deps: ScheduleRunDeps) {
  const sweepIsDue = every(SWEEP_EVERY_MS, deps.elapsedMs)
  const nudgeIsDue = every(NUDGE_EVERY_MS, deps.elapsedMs)
  const housekeepingIsDue = every(HOUSEKEEPING_EVERY_MS, deps.elapsedMs)

  return async (hasTime: () => boolean): Promise<Repaired> => {
    const swept = sweepIsDue() ? await sweepIntents(deps, hasTime) : 0
    const nudged = nudgeIsDue() ? await nudgeOrders(deps, hasTime) : 0
    const outcome = await relayEvents(deps, hasTime)
    await tellBacklog(outcome, deps)
    if (housekeepingIsDue()) {
      await dropLedgers(deps, hasTime)
      await forgetOrders(deps, hasTime)
    }
    deps.metrics.flush()
    return { relayed: outcome.relayed, swept, nudged }
  }
}

async function tellBacklog({ relayed, failed, oldestAgeMs }: Relayed, deps: ScheduleRunDeps): Promise<void> {
  const ageSeconds = Math.floor(oldestAgeMs / 1000)
  deps.metrics.atMost('outboxOldestAgeSeconds', ageSeconds)
  if (ageSeconds >= deps.outboxMaxAgeSeconds) await deps.reportBacklog(ageSeconds)
  else if (relayed > 0 && failed === 0) await deps.clearBacklog()
}

/** True at the first call, and then again when so much time has passed since it last was. */
function every(periodMs: number, elapsedMs: () => number): () => boolean {
  let lastMs = -Infinity
  return () => {
    const now = elapsedMs()
    if (now - lastMs < periodMs) return false
    lastMs = now
    return true
  }
}

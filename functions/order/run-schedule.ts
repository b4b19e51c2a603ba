import { dropLedgers, type DropLedgersDeps } from './housekeeping/drop-ledgers.ts'
import { forgetOrders, type ForgetOrdersDeps } from './housekeeping/forget-orders.ts'
import type { Refusals } from './place/refusals.ts'
import { sweepIntents, type SweepIntentsDeps } from './place/sweep-intents.ts'
import { nudgeOrders, type NudgeOrdersDeps } from './publish/nudge-orders.ts'
import { relayEvents, type RelayEventsDeps, type RelayResult } from './publish/relay-events.ts'

// The relay runs at every call. Each part asks 256 shards, so what can wait runs less often.
const SWEEP_EVERY_MS = 1000
const NUDGE_EVERY_MS = 5000
/** Of a run that may take 3.5 s: a backlog of one kind leaves time for the other. */
const SWEEP_SHARE_MS = 1000
const HOUSEKEEPING_EVERY_MS = 60 * 60_000

export type ScheduleRunDeps = RelayEventsDeps &
  SweepIntentsDeps &
  NudgeOrdersDeps &
  ForgetOrdersDeps &
  DropLedgersDeps & {
    readonly refusals: Pick<Refusals, 'reportBacklog' | 'clearBacklog'>
    /** From this age of an event that Kafka does not take, new orders are refused. */
    readonly outboxMaxAgeSeconds: number
    /** Monotonic, in ms. */
    readonly elapsedMs: () => number
  }

export interface ScheduleResult {
  readonly relayed: number
  readonly swept: number
  readonly nudged: number
}

/** A run of the schedule: finishes what crashes left, publishes what is due, deletes what is old. */
export function createScheduleRun(deps: ScheduleRunDeps) {
  const sweepIsDue = every(SWEEP_EVERY_MS, deps.elapsedMs)
  const nudgeIsDue = every(NUDGE_EVERY_MS, deps.elapsedMs)
  const housekeepingIsDue = every(HOUSEKEEPING_EVERY_MS, deps.elapsedMs)

  return async (hasTime: () => boolean): Promise<ScheduleResult> => {
    const startedMs = deps.elapsedMs()
    const hasShare = () => hasTime() && deps.elapsedMs() - startedMs < SWEEP_SHARE_MS
    const swept = sweepIsDue() ? await sweepIntents(deps, hasShare) : 0
    const nudged = nudgeIsDue() ? await nudgeOrders(deps, hasTime) : 0
    const outcome = await relayEvents(deps, hasTime)
    await reportBacklog(outcome, deps)
    if (housekeepingIsDue()) {
      await dropLedgers(deps, hasTime)
      await forgetOrders(deps, hasTime)
    }
    deps.metrics.flush()
    return { relayed: outcome.relayed, swept, nudged }
  }
}

async function reportBacklog(
  { relayed, failed, oldestAgeMs }: RelayResult,
  { refusals, metrics, outboxMaxAgeSeconds }: ScheduleRunDeps,
): Promise<void> {
  const ageSeconds = Math.floor(oldestAgeMs / 1000)
  metrics.max('outboxOldestAgeSeconds', ageSeconds)
  if (ageSeconds >= outboxMaxAgeSeconds) await refusals.reportBacklog(ageSeconds)
  else if (relayed > 0 && failed === 0) await refusals.clearBacklog()
}

/** True at the first call, and again once the period has passed since it last was. */
function every(periodMs: number, elapsedMs: () => number): () => boolean {
  let lastMs = -Infinity
  return () => {
    const now = elapsedMs()
    if (now - lastMs < periodMs) return false
    lastMs = now
    return true
  }
}

import { AppError } from '../../../shared/errors.ts'
import type { Log } from '../../../shared/logger.ts'
import { announceEvents, type Deps as AnnounceDeps } from './announce-events.ts'
import { askAllShards } from '../schedule/ask-all-shards.ts'
import { inSlices } from '../schedule/in-slices.ts'
import type { Outbox } from './outbox.ts'

const CLAIM_LIMIT = 100
/** As many orders as surely fit in one record batch of a partition (1 MB), even with 100 lines each. */
const SLICE = 200

export interface Deps extends Outbox, AnnounceDeps {
  readonly log: Log
}

export interface Relayed {
  /** Orders whose events are all in Kafka now. */
  readonly relayed: number
  readonly failed: number
  /** How long the oldest event has waited that could not be published; 0 for none. */
  readonly oldestAgeMs: number
}

/** Publishes every event that is due and not yet in Kafka, until none is left, Kafka takes none, or time is up. */
export async function relayEvents(deps: Deps, hasTime: () => boolean): Promise<Relayed> {
  let [relayed, failed, oldestAgeMs] = [0, 0, 0]
  while (hasTime()) {
    const claimed = await askAllShards((shard) => deps.claimDue(shard, CLAIM_LIMIT))
    const slices = inSlices(claimed, SLICE)
    for (const slice of slices) {
      const ages = await Promise.all(slice.map((orderId) => relayOrder(orderId, deps)))
      const failedAges = ages.filter((age) => age !== 'RELAYED')
      relayed += ages.length - failedAges.length
      failed += failedAges.length
      oldestAgeMs = Math.max(oldestAgeMs, ...failedAges)
      // Kafka is away: what was claimed is due again after its lease.
      if (failedAges.length === ages.length || !hasTime()) return { relayed, failed, oldestAgeMs }
    }
    if (slices.length === 0) break
  }
  return { relayed, failed, oldestAgeMs }
}

/** Resolves to the age of the oldest event when they could not be published. */
async function relayOrder(orderId: string, deps: Deps): Promise<'RELAYED' | number> {
  let oldestMs = 0
  try {
    const { events, ageMs } = await deps.unpublished(orderId)
    oldestMs = ageMs
    await announceEvents(orderId, events, deps)
    return 'RELAYED'
  } catch (error) {
    const level = error instanceof AppError ? 'warn' : 'error'
    deps.log[level]('events of an order were not relayed; they stay in the outbox', { orderId, error })
    return oldestMs
  }
}

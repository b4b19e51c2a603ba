import { AppError } from '../../../shared/errors.ts'
import type { Log } from '../../../shared/logger.ts'
import { askAllShards } from '../orders/ask-all-shards.ts'
import { chunk } from '../orders/chunk.ts'
import { announceEvents, type AnnounceEventsDeps } from './announce-events.ts'
import type { Outbox } from './outbox.ts'

const CLAIM_LIMIT = 100
/** So many orders fit in one record batch of a partition (1 MB), even with 100 lines each. */
const CHUNK = 200

export interface RelayEventsDeps extends AnnounceEventsDeps {
  readonly outbox: Outbox
  readonly log: Log
}

export interface RelayResult {
  /** Orders whose events are all in Kafka now. */
  readonly relayed: number
  readonly failed: number
  /** How long the oldest event has waited that could not be published; 0 for none. */
  readonly oldestAgeMs: number
}

interface Failure {
  readonly orderId: string
  readonly ageMs: number
  readonly error: unknown
}

/** Publishes every event that is due and not yet in Kafka, until none is left, Kafka takes none, or time runs out. */
export async function relayEvents(deps: RelayEventsDeps, hasTime: () => boolean): Promise<RelayResult> {
  let [relayed, failed, oldestAgeMs] = [0, 0, 0]
  while (hasTime()) {
    const claimed = await askAllShards((shard) => deps.outbox.claimDue(shard, CLAIM_LIMIT))
    for (const orderIds of chunk(claimed, CHUNK)) {
      const results = await Promise.all(orderIds.map((orderId) => relayOrder(orderId, deps)))
      const failures = results.filter((failure) => failure !== undefined)
      logFailures(failures, deps.log)
      relayed += results.length - failures.length
      failed += failures.length
      oldestAgeMs = Math.max(oldestAgeMs, ...failures.map(({ ageMs }) => ageMs))
      // Kafka is away: what was claimed is due again after its lease.
      if (failures.length === results.length || !hasTime()) return { relayed, failed, oldestAgeMs }
    }
    if (claimed.length === 0) break
  }
  return { relayed, failed, oldestAgeMs }
}

/** Resolves to nothing when the order's events are all in Kafka. */
async function relayOrder(orderId: string, deps: RelayEventsDeps): Promise<Failure | undefined> {
  let ageMs = 0
  try {
    const unpublished = await deps.outbox.unpublished(orderId)
    ageMs = unpublished.ageMs
    await announceEvents(orderId, unpublished.events, deps)
    return undefined
  } catch (error) {
    return { orderId, ageMs, error }
  }
}

/** One line for all: while Kafka is away thousands of orders fail several times a second. A defect goes first. */
function logFailures(failures: readonly Failure[], log: Log): void {
  const defect = failures.find(({ error }) => !(error instanceof AppError))
  const example = defect ?? failures[0]
  if (example === undefined) return
  const { orderId, error } = example
  const fields = { orders: failures.length, orderId, error }
  log[defect ? 'error' : 'warn']('events were not relayed; they stay in the outbox', fields)
}

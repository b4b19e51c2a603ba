import { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/logger.ts'
import { ORDER_SHARDS } from '../../shared/orders/constants.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import type { Outbox } from './outbox.ts'

const CLAIM_LIMIT = 100
const SHARDS = Array.from({ length: ORDER_SHARDS }, (_, index) => index.toString(16))

export interface Deps extends Outbox {
  readonly send: (event: OrderEvent) => Promise<void>
  readonly log: Log
}

/** Publishes every event that is due and not yet in Kafka, until none is left or time is up. Returns how many orders it served. */
export async function relayEvents(deps: Deps, hasTime: () => boolean): Promise<number> {
  let relayed = 0
  while (hasTime()) {
    const claimed = (await Promise.all(SHARDS.map((shard) => deps.claimDue(shard, CLAIM_LIMIT)))).flat()
    if (claimed.length === 0) break
    const outcomes = await Promise.all(claimed.map((orderId) => relayOrder(orderId, deps)))
    relayed += outcomes.filter(Boolean).length
    // Kafka is away: what was claimed is due again after its lease.
    if (!outcomes.some(Boolean)) break
  }
  return relayed
}

async function relayOrder(orderId: string, { unpublished, send, acknowledge, log }: Deps): Promise<boolean> {
  try {
    const events = await unpublished(orderId)
    // Sent in one turn, so they go in one request and keep their order.
    await Promise.all(events.map(send))
    await acknowledge(orderId, events.at(-1)?.sequence ?? 0)
    return true
  } catch (error) {
    const level = error instanceof AppError ? 'warn' : 'error'
    log[level]('events of an order were not relayed; they stay in the outbox', { orderId, error })
    return false
  }
}

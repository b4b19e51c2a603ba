import type { Log } from '../../shared/logger.ts'
import { PUBLISH_BUDGET_MS } from '../../shared/orders/constants.ts'
import { within } from '../../shared/within.ts'
import type { StockEvent } from './stock-event.ts'
import type { DueSku, StockOutbox } from './stock-outbox.ts'

export interface PublishChangesDeps {
  readonly outbox: Pick<StockOutbox, 'claimDue' | 'unread' | 'settle'>
  /** Resolves when Kafka has stored the change. */
  readonly sendChange: (event: StockEvent) => Promise<void>
  readonly log: Log
}

const CLAIM_LIMIT = 100

/** Publishes the unread changes of a SKU. Never rejects: what Kafka does not take is left to the relay. */
export async function publishChanges(sku: string, deps: PublishChangesDeps): Promise<void> {
  try {
    await within(PUBLISH_BUDGET_MS, sendUnread(sku, deps))
  } catch (error) {
    deps.log.warn('change of stock not confirmed by Kafka in time; the relay will publish it', { sku, error })
  }
}

/** Publishes changes that are due and not read back from Kafka, until none is left or time runs out. Returns their number. */
export async function relayChanges(deps: PublishChangesDeps, hasTime: () => boolean): Promise<number> {
  let relayed = 0
  while (hasTime()) {
    const due = await deps.outbox.claimDue(CLAIM_LIMIT)
    const sent = await Promise.all(due.map((claimed) => relaySku(claimed, deps)))
    relayed += sent.reduce((sum, count) => sum + count, 0)
    if (due.length < CLAIM_LIMIT) break
  }
  return relayed
}

async function relaySku(claimed: DueSku, deps: PublishChangesDeps): Promise<number> {
  const { sku } = claimed
  try {
    const count = await sendUnread(sku, deps)
    if (count === 0) await deps.outbox.settle(claimed)
    return count
  } catch (error) {
    deps.log.warn('changes of stock were not relayed; they stay until the next try', { sku, error })
    return 0
  }
}

async function sendUnread(sku: string, { outbox, sendChange }: PublishChangesDeps): Promise<number> {
  const events = await outbox.unread(sku)
  // Sent in one turn, so they go in one request and keep their order.
  await Promise.all(events.map(sendChange))
  return events.length
}

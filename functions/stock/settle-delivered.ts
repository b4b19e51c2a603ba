import { CONFIRMED, type OrderEvent } from '../../shared/orders/order-event.ts'
import { refuseTooOld } from '../../shared/orders/refuse-too-old.ts'
import { agrees } from './agrees.ts'
import { eventNotInStore } from './event-not-in-store.ts'
import type { OrderProgress } from './order-progress.ts'
import { settleOrder, type SettleOrderDeps } from './settle-order.ts'

export interface SettleDeliveredDeps extends SettleOrderDeps {
  readonly progress: SettleOrderDeps['progress'] & Pick<OrderProgress, 'eventAt'>
}

/**
 * Applies a record's event as the order's own log in Redis has it: anyone who may write to the topic can write a record, but
 * only an order's state brings its events. @throws AppError `event_not_in_store`, `event_too_old`, or as `settleOrder`.
 */
export async function settleDelivered(event: OrderEvent, deps: SettleDeliveredDeps): Promise<void> {
  const { orderId, eventId, sequence, type, placedAt } = event
  const { eventAt } = deps.progress
  const stored = await eventAt(orderId, sequence)
  // Its ledger is that of the day it was placed. A confirmation needs none, but its order may be forgotten.
  if (type !== CONFIRMED || !stored) refuseTooOld(eventId, placedAt, deps.now())
  if (!stored || !agrees(event, stored)) {
    throw eventNotInStore(event, { stored, first: await eventAt(orderId, 1), now: deps.now() })
  }
  await settleOrder(stored, deps)
}

import { AppError } from '../../../shared/errors.ts'
import type { Log } from '../../../shared/logger.ts'
import { CANCEL_WINDOW_MS, PUBLISH_BUDGET_MS } from '../../../shared/orders/constants.ts'
import { CANCELLED, type OrderState } from '../../../shared/orders/order-event.ts'
import { within } from '../../../shared/within.ts'
import type { Metrics } from '../orders/metrics.ts'
import { toStoredEvent } from '../orders/order.ts'
import type { FoundOrder, Orders } from '../orders/orders.ts'
import { refuseFrozen } from '../place/admit-order.ts'
import type { Refusals } from '../place/refusals.ts'
import { inProgress } from '../place/replay.ts'
import { announceEvents, type AnnounceEventsDeps } from '../publish/announce-events.ts'
import type { Outbox } from '../publish/outbox.ts'

export interface CancelOrderDeps extends AnnounceEventsDeps {
  readonly orders: Pick<Orders, 'find' | 'cancel'>
  readonly outbox: Pick<Outbox, 'unpublished' | 'acknowledge'>
  readonly refusals: Pick<Refusals, 'reasons'>
  readonly now: () => Date
  readonly metrics: Metrics
  readonly log: Log
}

export interface Cancellation extends FoundOrder {
  /** Whether Kafka has the event of it. */
  readonly published: boolean
}

/**
 * Cancels an order that was accepted; its stock comes back when the stock function reads the event. Repeating the call
 * repeats the answer. @throws AppError `order_not_found`, `request_in_progress`, `order_not_cancellable` or `frozen`.
 */
export async function cancelOrder(orderId: string, deps: CancelOrderDeps): Promise<Cancellation> {
  const [found, reasons] = await Promise.all([deps.orders.find(orderId), deps.refusals.reasons()])
  refuseFrozen(reasons)
  if (!found) throw orderNotFound(orderId)
  const { order, attempt } = found
  if (order.status === 'CANCELLED') return { ...found, published: await isPublished(orderId, deps) }
  // Before acceptance the attempt may still change, and the event would name one that holds no stock.
  if (order.status !== 'ACCEPTED' && order.status !== 'CONFIRMED') throw notCancellable(order.status)
  // The stock function must read the event while the order's ledger is there: it is dropped after the horizon.
  const now = deps.now()
  if (now.getTime() - Date.parse(order.placedAt) > CANCEL_WINDOW_MS) throw notCancellable(order.status)

  const what = { type: CANCELLED, occurredAt: now.toISOString(), reason: 'customer' } as const
  const cancelled = await deps.orders.cancel(toStoredEvent(order, attempt, what))
  switch (cancelled.outcome) {
    case 'OK': {
      deps.metrics.count('cancelled')
      const published = await publish(orderId, deps)
      return { order: { ...order, status: 'CANCELLED' }, version: cancelled.sequence, attempt, published }
    }
    case 'ALREADY':
      return cancelOrder(orderId, deps)
    case 'REFUSED':
      throw notCancellable(cancelled.state)
    case 'MISSING':
      throw orderNotFound(orderId)
  }
}

/** Publishes it behind the events before it that are not in Kafka yet, so that the log has them in sequence. */
async function publish(orderId: string, deps: CancelOrderDeps): Promise<boolean> {
  const { events } = await deps.outbox.unpublished(orderId)
  try {
    await within(PUBLISH_BUDGET_MS, announceEvents(orderId, events, deps))
    return true
  } catch (error) {
    deps.log.warn('cancellation not confirmed by Kafka in time; the relay will publish it', {
      orderId,
      error,
    })
    return false
  }
}

const isPublished = async (orderId: string, { outbox }: CancelOrderDeps): Promise<boolean> =>
  (await outbox.unpublished(orderId)).events.length === 0

function notCancellable(currentStatus: OrderState): AppError {
  if (currentStatus === 'RESERVING') return inProgress(1)
  return new AppError(
    'conflict',
    'order_not_cancellable',
    `An order that is ${currentStatus} cannot be cancelled.`,
    {
      extensions: { currentStatus },
    },
  )
}

export const orderNotFound = (orderId: string): AppError =>
  new AppError('not_found', 'order_not_found', `There is no order ${orderId}.`)

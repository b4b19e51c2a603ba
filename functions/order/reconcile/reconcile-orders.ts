import { ORDER_TOPIC } from '../../../shared/orders/constants.ts'
import { CANCELLED, CONFIRMED, type OrderEvent, PLACED } from '../../../shared/orders/order-event.ts'
import { withEvent } from '../../../shared/orders/with-event.ts'
import type { Findings } from '../../../shared/reconcile/findings.ts'
import { reconcilePipeline } from '../../../shared/reconcile/reconcile-pipeline.ts'
import type { CustomerOrders } from '../orders/customer-orders.ts'
import type { Order, PricedOrder } from '../orders/order.ts'
import type { Orders } from '../orders/orders.ts'
import type { OrderRebuild } from './order-rebuild.ts'

export interface ReconcileOrdersDeps {
  readonly orders: Pick<Orders, 'find' | 'eventsOf'>
  readonly customerOrders: Pick<CustomerOrders, 'add' | 'has'>
  readonly rebuild: OrderRebuild
}

const STATE = { [PLACED]: 'ACCEPTED', [CONFIRMED]: 'CONFIRMED', [CANCELLED]: 'CANCELLED' } as const

/** Rebuilds orders, their events and their customers' lists from the log; in round 1, as round 2 of others asks for them. */
export const reconcileOrders = (deps: ReconcileOrdersDeps) =>
  reconcilePipeline({
    // Nothing is redriven to the order function, and restoring an event twice changes nothing. A copy for another function may
    // be the only one that can be read.
    service: undefined,
    reads: [{ topic: ORDER_TOPIC, round: 1 }],
    cannotKnow: [
      'An order that was answered 202, and whose event had not reached Kafka, is lost; a repeat of the request places it as a new order.',
      'A refusal (409 out_of_stock) is forgotten: a repeat of the request is decided again.',
    ],
    rebuild: (record, findings) => withEvent(record, (event) => rebuildOrder(event, deps, findings)),
    compare: (record, findings) => withEvent(record, (event) => compareOrder(event, deps, findings)),
    totals: async () => undefined,
  })

async function rebuildOrder(
  event: OrderEvent,
  { customerOrders, rebuild }: ReconcileOrdersDeps,
  { count }: Findings,
): Promise<void> {
  const { orderId, customerId, email, lines, currency, totalMinor, placedAt } = event
  const priced: PricedOrder = { customerId, email, lines, currency, totalMinor }
  const accepted: Order = { orderId, status: 'ACCEPTED', ...priced, placedAt }
  await customerOrders.add(customerId, orderId, placedAt)
  const restored = await rebuild.restore(event, {
    state: STATE[event.type],
    priced,
    answer: JSON.stringify(accepted),
  })
  if (restored === 'CREATED') count('orders restored')
  if (restored === 'UPDATED') count('orders moved on')
  if (restored !== 'ALREADY' && event.type === PLACED && event.fingerprint === undefined) {
    count('orders without a fingerprint in the log: a repeat of their request is refused as another one')
  }
}

async function compareOrder(
  event: OrderEvent,
  { orders, customerOrders }: ReconcileOrdersDeps,
  { differ }: Findings,
): Promise<void> {
  const { orderId, customerId, sequence, type } = event
  const [found, events] = await Promise.all([orders.find(orderId), orders.eventsOf(orderId)])
  if (!found) return differ(`order ${orderId} is in the log, but not in Redis`)
  const { order, version } = found
  const stored = events.find((one) => one.sequence === sequence)
  if (stored?.type !== type) {
    differ(`order ${orderId} has ${stored?.type ?? 'nothing'} as event ${sequence}, by the log ${type}`)
  }
  if (version < sequence || (version === sequence && order.status !== STATE[type])) {
    differ(
      `order ${orderId} is ${order.status} at version ${version}; the log has ${type} as event ${sequence}`,
    )
  }
  if (version === sequence && events.length < version) {
    differ(`order ${orderId} has ${events.length} of ${version} events; the others never reached the log`)
  }
  if (!(await customerOrders.has(customerId, orderId))) {
    differ(`order ${orderId} is not on the list of its customer`)
  }
}

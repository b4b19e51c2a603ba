import { type OrderEvent, PLACED } from '../../../shared/orders/order-event.ts'
import type { CustomerOrders } from '../orders/customer-orders.ts'
import type { Outbox } from './outbox.ts'

export interface AnnounceEventsDeps {
  readonly customerOrders: Pick<CustomerOrders, 'add'>
  readonly outbox: Pick<Outbox, 'acknowledge'>
  /** Resolves when Kafka has stored the event. */
  readonly send: (event: OrderEvent) => Promise<void>
}

/**
 * Publishes an event, and puts a new order on its customer's list meanwhile. Rejects unless both are done: only then may
 * the outbox forget the event.
 */
export async function announceEvent(
  event: OrderEvent,
  { send, customerOrders }: Omit<AnnounceEventsDeps, 'outbox'>,
): Promise<void> {
  const { type, customerId, orderId, placedAt } = event
  await Promise.all([send(event), type === PLACED && customerOrders.add(customerId, orderId, placedAt)])
}

/** Publishes events of one order and acknowledges them. Rejects when one was not stored; then none is acknowledged. */
export async function announceEvents(
  orderId: string,
  events: readonly OrderEvent[],
  deps: AnnounceEventsDeps,
): Promise<void> {
  // Sent in one turn, so they go in one request and keep their order.
  await Promise.all(events.map((event) => announceEvent(event, deps)))
  await deps.outbox.acknowledge(orderId, events.at(-1)?.sequence ?? 0)
}

import { type OrderEvent, PLACED } from '../orders/order-event.ts'

export const placed: OrderEvent = {
  schemaVersion: 1,
  eventId: 'ord_1:1',
  sequence: 1,
  type: PLACED,
  orderId: 'ord_1',
  attempt: 1,
  occurredAt: '2026-11-24T10:00:00.000Z',
  placedAt: '2026-11-24T10:00:00.000Z',
  customerId: 'c-1',
  email: 'c-1@example.test',
  currency: 'EUR',
  totalMinor: 2598,
  lines: [{ sku: 'tea', quantity: 2, unitPriceMinor: 1299 }],
}

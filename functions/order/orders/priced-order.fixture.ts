import type { PricedOrder } from './order.ts'

export const priced: PricedOrder = {
  customerId: 'c-1',
  email: 'c-1@example.test',
  lines: [{ sku: 'tea', quantity: 2, unitPriceMinor: 450 }],
  currency: 'EUR',
  totalMinor: 900,
}

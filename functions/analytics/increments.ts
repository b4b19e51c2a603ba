import { CANCELLED, CONFIRMED, type OrderEvent, PLACED } from '../../shared/orders/order-event.ts'

/** Counter field -> what an event adds. BigInt, as the counters pass 2^53. */
export type Increments = ReadonlyMap<string, bigint>

/** The counter fields. The name of a SKU or a currency follows a prefix, so that it can be any text. */
export const FIELDS = {
  placed: 'orders:placed',
  confirmed: 'orders:confirmed',
  cancelled: 'orders:cancelled',
  units: 'units',
  cancelledUnits: 'cancelledUnits',
  revenuePrefix: 'revenue:',
  cancelledRevenuePrefix: 'cancelledRevenue:',
  skuPrefix: 'sku:',
} as const

/** What an event adds to the counters. Revenue in the currency's minor unit. */
export function toIncrements({ type, lines, currency, totalMinor }: OrderEvent): Increments {
  const units = lines.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n)
  const revenue = BigInt(totalMinor)
  switch (type) {
    case PLACED: {
      const increments = new Map([
        [FIELDS.placed, 1n],
        [FIELDS.units, units],
        [`${FIELDS.revenuePrefix}${currency}`, revenue],
      ])
      for (const { sku, quantity } of lines) {
        const field = `${FIELDS.skuPrefix}${sku}`
        increments.set(field, (increments.get(field) ?? 0n) + BigInt(quantity))
      }
      return increments
    }
    case CONFIRMED:
      return new Map([[FIELDS.confirmed, 1n]])
    case CANCELLED:
      return new Map([
        [FIELDS.cancelled, 1n],
        [FIELDS.cancelledUnits, units],
        [`${FIELDS.cancelledRevenuePrefix}${currency}`, revenue],
      ])
  }
}

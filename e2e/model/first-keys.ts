import { stockKey } from '../../shared/orders/keys.ts'
import type { Keys } from './executor.ts'

/** Redis before anything happens: the SKUs' records. */
export function firstKeys({ stock }: { readonly stock: Readonly<Record<string, number>> }): Keys {
  const records = Object.entries(stock).map(([sku, units]) => {
    const received = String(units)
    const record = {
      currency: 'EUR',
      onHand: received,
      priceMinor: '450',
      received,
      reserved: '0',
      sold: '0',
    }
    return [stockKey(sku), record] as const
  })
  return Object.fromEntries(records)
}

import { intentsKey, orderKey, orderShard, stockKey } from '../../shared/orders/keys.ts'
import type { ModelOrder } from './actors.ts'
import type { Content, Execute, Keys } from './executor.ts'
import type { RedisCall } from './recorded-connection.ts'

/** Redis before anything happens: the SKUs' records. `stock` is units by SKU. */
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

/** The reply to a call, and all keys after it. */
export async function afterCall(next: RedisCall, keys: Keys, execute: Execute) {
  const touched = Object.fromEntries(next.keys.flatMap((key) => (keys[key] ? [[key, keys[key]]] : [])))
  const { reply, after } = await execute(next, touched)
  const all = Object.entries({ ...keys, ...after }).filter(([, content]) => Object.keys(content).length > 0)
  return { reply, keys: Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1))) }
}

/** The keys once the lease of a reserving order has ended; undefined when no lease runs. */
export function afterLease({ orderId }: ModelOrder, keys: Keys): Keys | undefined {
  const order = keys[orderKey(orderId)]
  if (order?.st !== 'RESERVING' || order.lease !== 'later') return undefined
  const intents = intentsKey(orderShard(orderId))
  const due: Content = { ...keys[intents], [orderId]: 'due' }
  return { ...keys, [orderKey(orderId)]: { ...order, lease: 'due' }, [intents]: due }
}

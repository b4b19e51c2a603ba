import { intentsKey, orderKey, orderShard } from '../../shared/orders/keys.ts'
import type { ModelOrder } from './actors.ts'
import type { Content, Execute, Keys } from './executor.ts'
import type { RedisCall } from './recorded-connection.ts'

/** All keys, and what the call was answered. */
export async function afterCall(next: RedisCall, keys: Keys, execute: Execute) {
  const touched = Object.fromEntries(next.keys.flatMap((key) => (keys[key] ? [[key, keys[key]]] : [])))
  const { reply, after } = await execute(next, touched)
  const all = Object.entries({ ...keys, ...after }).filter(([, content]) => Object.keys(content).length > 0)
  return { reply, keys: Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1))) }
}

/** The keys when the lease of an order that is reserving is over; undefined when none runs. */
export function afterLease({ orderId }: ModelOrder, keys: Keys): Keys | undefined {
  const order = keys[orderKey(orderId)]
  if (order?.st !== 'RESERVING' || order.lease !== 'later') return undefined
  const intents = intentsKey(orderShard(orderId))
  const due: Content = { ...keys[intents], [orderId]: 'due' }
  return { ...keys, [orderKey(orderId)]: { ...order, lease: 'due' }, [intents]: due }
}

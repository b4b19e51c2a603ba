import type { Log } from '../../../shared/logger.ts'
import { askAllShards } from '../orders/ask-all-shards.ts'
import { chunk } from '../orders/chunk.ts'
import type { CustomerOrders } from '../orders/customer-orders.ts'
import type { Orders } from '../orders/orders.ts'
import type { OldOrders } from './old-orders.ts'

const LIMIT = 50
const CHUNK = 100

export interface ForgetOrdersDeps {
  readonly oldOrders: OldOrders
  readonly orders: Pick<Orders, 'find'>
  readonly customerOrders: Pick<CustomerOrders, 'remove'>
  readonly log: Log
}

/** Deletes orders past their retention, until none is left or time runs out. Returns how many. */
export async function forgetOrders(deps: ForgetOrdersDeps, hasTime: () => boolean): Promise<number> {
  let forgotten = 0
  for (;;) {
    const old = await askAllShards((shard) => deps.oldOrders.pastRetention(shard, LIMIT))
    const before = forgotten
    for (const orderIds of chunk(old, CHUNK)) {
      if (!hasTime()) return forgotten
      const outcomes = await Promise.all(orderIds.map((orderId) => forgetOrder(orderId, deps)))
      forgotten += outcomes.filter((outcome) => outcome === 'FORGOTTEN').length
    }
    if (forgotten === before) return forgotten
  }
}

async function forgetOrder(orderId: string, { oldOrders, orders, customerOrders, log }: ForgetOrdersDeps) {
  const found = await orders.find(orderId)
  // First, as the list cannot be found again without the order.
  if (found) await customerOrders.remove(found.order.customerId, orderId)
  const outcome = await oldOrders.forget(orderId)
  if (outcome === 'UNFINISHED')
    log.error('an order past its retention is not finished; it is kept', { orderId })
  return outcome
}

import type { Log } from '../../../shared/logger.ts'
import { askAllShards } from '../orders/ask-all-shards.ts'
import { inSlices } from '../orders/chunk.ts'
import type { CustomerOrders } from '../orders/customer-orders.ts'
import type { Orders } from '../orders/orders.ts'
import type { OldOrders } from './old-orders.ts'

const LIMIT = 50
const SLICE = 100

export interface ForgetOrdersDeps extends OldOrders, Pick<CustomerOrders, 'unlist'>, Pick<Orders, 'find'> {
  readonly log: Log
}

/** Deletes orders past their retention, until none is left or time is up. Returns how many. */
export async function forgetOrders(deps: ForgetOrdersDeps, hasTime: () => boolean): Promise<number> {
  let forgotten = 0
  for (;;) {
    const old = await askAllShards((shard) => deps.pastRetention(shard, LIMIT))
    const before = forgotten
    for (const slice of inSlices(old, SLICE)) {
      if (!hasTime()) return forgotten
      const outcomes = await Promise.all(slice.map((orderId) => forgetOrder(orderId, deps)))
      forgotten += outcomes.filter((outcome) => outcome === 'FORGOTTEN').length
    }
    if (forgotten === before) return forgotten
  }
}

async function forgetOrder(orderId: string, { find, unlist, forget, log }: ForgetOrdersDeps) {
  const found = await find(orderId)
  // First, as the list cannot be found again without the order.
  if (found) await unlist(found.order.customerId, orderId)
  const outcome = await forget(orderId)
  if (outcome === 'UNFINISHED')
    log.error('an order past its retention is not finished; it is kept', { orderId })
  return outcome
}

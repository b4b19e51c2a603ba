import { ORDER_RETENTION_MS } from '../../../shared/orders/constants.ts'
import { dueOrders } from '../orders/due-orders.memory.ts'
import type { MemoryOrderState } from '../orders/order-state.memory.ts'
import type { OldOrders } from './old-orders.ts'

export const createMemoryOldOrders = ({
  nowMs,
  orders,
  outboxes,
  events,
  intents,
}: MemoryOrderState): OldOrders => ({
  pastRetention: async (shard, limit) => {
    const placed = new Map([...orders].map(([orderId, { placedAt }]) => [orderId, Date.parse(placedAt)]))
    return dueOrders(placed, shard, limit, nowMs() - ORDER_RETENTION_MS)
  },
  forget: async (orderId) => {
    if (outboxes.has(orderId) || intents.has(orderId)) return 'UNFINISHED'
    orders.delete(orderId)
    events.delete(orderId)
    return 'FORGOTTEN'
  },
})

import { dueOrders } from './due-orders.memory.ts'
import type { Intents } from './intents.ts'
import type { MemoryOrderState } from './order-state.memory.ts'

export const createMemoryIntents = ({ nowMs, orders, intents }: MemoryOrderState): Intents => ({
  due: async (shard, limit) => dueOrders(intents, shard, limit, nowMs()),

  abort: async (orderId, attempt) => {
    const order = orders.get(orderId)
    if (order?.attempt !== attempt) return 'FENCED'
    if (order.state === 'ABORTED') return 'ALREADY'
    if (order.state !== 'RESERVING') return 'FENCED'
    if (order.leaseEndMs > nowMs()) return 'BUSY'
    Object.assign(order, { state: 'ABORTED', answer: '' })
    intents.set(orderId, nowMs())
    return 'OK'
  },

  finish: async (orderId, attempt) => {
    const order = orders.get(orderId)
    if (order?.attempt === attempt && order.state !== 'RESERVING') intents.delete(orderId)
  },
})

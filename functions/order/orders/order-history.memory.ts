import { toOrderEvent } from '../../../shared/orders/order-event.ts'
import type { OrderHistory } from './order-history.ts'
import type { MemoryOrderState } from './order-state.memory.ts'

export const createMemoryOrderHistory = ({ history }: MemoryOrderState): OrderHistory => ({
  eventsOf: async (orderId) =>
    [...(history.get(orderId) ?? [])]
      .map(([sequence, event]) => toOrderEvent(event, sequence))
      .sort((one, other) => one.sequence - other.sequence),
})

import type { MemoryOrderState } from '../orders/order-state.memory.ts'
import type { OrderRebuild } from './order-rebuild.ts'

const ACCEPTED = ['ACCEPTED', 'CONFIRMED', 'CANCELLED']

export const createMemoryOrderRebuild = ({
  orders,
  events: history,
  intents,
}: MemoryOrderState): OrderRebuild => ({
  restore: async ({ eventId: _eventId, sequence, ...event }, { state, priced, answer }) => {
    const { orderId, attempt, placedAt, fingerprint = '' } = event
    const order = orders.get(orderId)
    const isAccepted = order !== undefined && ACCEPTED.includes(order.state)
    const isNewest = !isAccepted || sequence > order.version
    const events = history.get(orderId) ?? new Map<number, typeof event>()
    const hasEvent = events.get(sequence)?.type === event.type
    if (!hasEvent) history.set(orderId, events.set(sequence, event))
    intents.delete(orderId)
    if (!order) {
      const rest = { state, attempt, answer, version: sequence, leaseEndMs: 0 }
      orders.set(orderId, { placedAt, fingerprint, priced, ...rest })
      return 'CREATED'
    }
    if (!isAccepted) Object.assign(order, { attempt, answer })
    if (isNewest) Object.assign(order, { state, version: sequence })
    return isNewest || !hasEvent ? 'UPDATED' : 'ALREADY'
  },
})

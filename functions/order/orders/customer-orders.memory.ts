import type { CustomerOrders, Position } from './customer-orders.ts'

/** Newest first; within one time by descending id, as a sorted set in reverse. */
const newestFirst = (one: Position, other: Position): number =>
  other.placedMs - one.placedMs || (one.orderId < other.orderId ? 1 : -1)

export function createMemoryCustomerOrders(): CustomerOrders {
  const lists = new Map<string, Map<string, number>>()
  return {
    add: async (customerId, orderId, placedAt) => {
      const orders = lists.get(customerId) ?? new Map<string, number>()
      lists.set(customerId, orders.set(orderId, Date.parse(placedAt)))
    },
    page: async (customerId, limit, after) =>
      [...(lists.get(customerId) ?? [])]
        .map(([orderId, placedMs]) => ({ orderId, placedMs }))
        .filter((position) => !after || newestFirst(after, position) < 0)
        .filter(({ orderId }) => orderId !== after?.orderId)
        .sort(newestFirst)
        .slice(0, limit),
    has: async (customerId, orderId) => lists.get(customerId)?.has(orderId) ?? false,
    remove: async (customerId, orderId) => void lists.get(customerId)?.delete(orderId),
  }
}

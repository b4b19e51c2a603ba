import { PUBLISH_LEASE_MS } from '../../../shared/orders/constants.ts'
import { toOrderEvent } from '../../../shared/orders/order-event.ts'
import { dueOrders } from '../orders/due-orders.memory.ts'
import type { MemoryOrderState } from '../orders/order-state.memory.ts'
import type { Outbox } from './outbox.ts'

export function createMemoryOutbox({ nowMs, outboxes, dueOutboxes }: MemoryOrderState): Outbox {
  const unpublished = (orderId: string) => {
    const { unread = new Map<number, never>(), published = 0 } = outboxes.get(orderId) ?? {}
    return [...unread]
      .filter(([sequence]) => sequence > published)
      .sort(([one], [other]) => one - other)
      .map(([sequence, { event, writtenMs }]) => ({ event: toOrderEvent(event, sequence), writtenMs }))
  }

  return {
    claimDue: async (shard, limit) => {
      const claimed = dueOrders(dueOutboxes, shard, limit, nowMs())
      for (const orderId of claimed) dueOutboxes.set(orderId, nowMs() + PUBLISH_LEASE_MS)
      return claimed
    },

    unpublished: async (orderId) => {
      const waiting = unpublished(orderId)
      return {
        events: waiting.map(({ event }) => event),
        ageMs: Math.max(0, ...waiting.map(({ writtenMs }) => nowMs() - writtenMs)),
      }
    },

    acknowledge: async (orderId, sequence) => {
      const outbox = outboxes.get(orderId)
      if (outbox) outbox.published = Math.max(outbox.published, sequence)
      if (unpublished(orderId).length === 0) dueOutboxes.delete(orderId)
    },
  }
}

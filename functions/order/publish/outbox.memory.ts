import { PUBLISH_LEASE_MS } from '../../../shared/orders/constants.ts'
import { toOrderEvent } from '../../../shared/orders/order-event.ts'
import { dueOrders } from '../orders/due-orders.memory.ts'
import type { MemoryOrderState } from '../orders/order-state.memory.ts'
import type { Outbox } from './outbox.ts'

export function createMemoryOutbox({ nowMs, pendings, outbox }: MemoryOrderState): Outbox {
  const unpublished = (orderId: string) => {
    const { events = new Map<number, never>(), published = 0 } = pendings.get(orderId) ?? {}
    return [...events]
      .filter(([sequence]) => sequence > published)
      .sort(([one], [other]) => one - other)
      .map(([sequence, { event, writtenMs }]) => ({ event: toOrderEvent(event, sequence), writtenMs }))
  }

  return {
    claimDue: async (shard, limit) => {
      const claimed = dueOrders(outbox, shard, limit, nowMs())
      for (const orderId of claimed) outbox.set(orderId, nowMs() + PUBLISH_LEASE_MS)
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
      const pending = pendings.get(orderId)
      if (pending) pending.published = Math.max(pending.published, sequence)
      if (unpublished(orderId).length === 0) outbox.delete(orderId)
    },
  }
}

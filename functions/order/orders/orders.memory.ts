import { LEASE_MS, MEMORY_MS, PUBLISH_LEASE_MS, WATCH_MS } from '../../../shared/orders/constants.ts'
import { type StoredEvent, toOrderEvent } from '../../../shared/orders/order-event.ts'
import { createMemoryOrderState, type MemoryOrder, type MemoryOrderState } from './order-state.memory.ts'
import type { Orders } from './orders.ts'

export function createMemoryOrders(state: MemoryOrderState = createMemoryOrderState()): Orders {
  const { nowMs, orders, outboxes, events, intents, dueOutboxes, watchList } = state

  const attemptOf = (orderId: string, attempt: number): MemoryOrder | undefined => {
    const order = orders.get(orderId)
    return order?.attempt === attempt ? order : undefined
  }

  function write(sequence: number, event: StoredEvent): void {
    const { orderId } = event
    const outbox = outboxes.get(orderId) ?? { unread: new Map<number, never>(), published: 0 }
    outbox.unread.set(sequence, { event, writtenMs: nowMs() })
    outboxes.set(orderId, outbox)
    events.set(orderId, (events.get(orderId) ?? new Map<number, StoredEvent>()).set(sequence, event))
    if (!dueOutboxes.has(orderId)) dueOutboxes.set(orderId, nowMs() + PUBLISH_LEASE_MS)
    watchList.set(orderId, nowMs() + WATCH_MS)
  }

  return {
    begin: async (orderId, fingerprint, priced) => {
      const now = nowMs()
      const leaseEndMs = now + LEASE_MS
      const order = orders.get(orderId)
      if (!order) {
        const placedAt = new Date(now).toISOString()
        const first = { state: 'RESERVING', attempt: 1, leaseEndMs, answer: '', version: 0 } as const
        orders.set(orderId, { placedAt, fingerprint, priced, ...first })
        intents.set(orderId, leaseEndMs)
        return { outcome: 'NEW', attempt: 1, placedAt, priced }
      }
      if (order.fingerprint !== fingerprint) return { outcome: 'MISMATCH' }
      if (order.state === 'RESERVING' && order.leaseEndMs > now) {
        return { outcome: 'IN_PROGRESS', msLeft: order.leaseEndMs - now }
      }
      if (order.state === 'RESERVING' || order.state === 'ABORTED') {
        const isLedgerDropped = Date.parse(order.placedAt) < now - MEMORY_MS
        if (order.state === 'ABORTED' && isLedgerDropped && !intents.has(orderId))
          order.placedAt = new Date(now).toISOString()
        Object.assign(order, { state: 'RESERVING', attempt: order.attempt + 1, leaseEndMs })
        intents.set(orderId, leaseEndMs)
        return { outcome: 'NEW', attempt: order.attempt, placedAt: order.placedAt, priced: order.priced }
      }
      const outbox = outboxes.get(orderId)
      const published = !outbox?.unread.has(1) || outbox.published >= 1
      return { outcome: 'REPLAY', published, state: order.state, answer: order.answer }
    },

    accept: async (attempt, answer, event) => {
      const order = attemptOf(event.orderId, attempt)
      if (!order) return 'FENCED'
      if (['ACCEPTED', 'CONFIRMED', 'CANCELLED'].includes(order.state)) return 'ALREADY'
      if (order.state !== 'RESERVING') return 'FENCED'
      Object.assign(order, { state: 'ACCEPTED', answer, version: 1 })
      intents.delete(event.orderId)
      write(1, event)
      return 'OK'
    },

    reject: async (orderId, attempt, answer) => {
      const order = attemptOf(orderId, attempt)
      if (order?.state === 'REJECTED') return 'ALREADY'
      if (order?.state !== 'RESERVING') return 'FENCED'
      Object.assign(order, { state: 'REJECTED', answer })
      intents.set(orderId, nowMs())
      return 'OK'
    },

    cancel: async (event) => {
      const order = orders.get(event.orderId)
      if (!order) return { outcome: 'MISSING' }
      if (order.state === 'CANCELLED') return { outcome: 'ALREADY' }
      if (order.state !== 'ACCEPTED' && order.state !== 'CONFIRMED') {
        return { outcome: 'REFUSED', state: order.state }
      }
      Object.assign(order, { state: 'CANCELLED', version: order.version + 1 })
      write(order.version, event)
      return { outcome: 'OK', sequence: order.version }
    },

    find: async (orderId) => {
      const found = orders.get(orderId)
      if (!found) return undefined
      const { state: status, priced, placedAt, version, attempt } = found
      return { order: { orderId, status, ...priced, placedAt }, version, attempt }
    },

    eventsOf: async (orderId) =>
      [...(events.get(orderId) ?? [])]
        .map(([sequence, event]) => toOrderEvent(event, sequence))
        .sort((one, other) => one.sequence - other.sequence),
  }
}

import { LEASE_MS, MEMORY_MS, PUBLISH_LEASE_MS, WATCH_MS } from '../../../shared/orders/constants.ts'
import type { StoredEvent } from '../../../shared/orders/order-event.ts'
import { createMemoryOrderState, type MemoryOrderState, type OrderInMemory } from './order-state.memory.ts'
import type { Orders } from './orders.ts'

export function createMemoryOrders(state: MemoryOrderState = createMemoryOrderState()): Orders {
  const { nowMs, orders, pendings, history, intents, outbox, open } = state

  const attemptOf = (orderId: string, attempt: number): OrderInMemory | undefined => {
    const order = orders.get(orderId)
    return order?.attempt === attempt ? order : undefined
  }

  function write(sequence: number, event: StoredEvent): void {
    const { orderId } = event
    const pending = pendings.get(orderId) ?? { events: new Map<number, never>(), published: 0 }
    pending.events.set(sequence, { event, writtenMs: nowMs() })
    pendings.set(orderId, pending)
    history.set(orderId, (history.get(orderId) ?? new Map<number, StoredEvent>()).set(sequence, event))
    if (!outbox.has(orderId)) outbox.set(orderId, nowMs() + PUBLISH_LEASE_MS)
    open.set(orderId, nowMs() + WATCH_MS)
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
        const isForgotten = Date.parse(order.placedAt) < now - MEMORY_MS
        if (order.state === 'ABORTED' && isForgotten && !intents.has(orderId))
          order.placedAt = new Date(now).toISOString()
        Object.assign(order, { state: 'RESERVING', attempt: order.attempt + 1, leaseEndMs })
        intents.set(orderId, leaseEndMs)
        return { outcome: 'NEW', attempt: order.attempt, placedAt: order.placedAt, priced: order.priced }
      }
      const pending = pendings.get(orderId)
      const published = !pending?.events.has(1) || pending.published >= 1
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
  }
}

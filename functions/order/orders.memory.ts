import { LEASE_MS, PUBLISH_LEASE_MS } from '../../shared/orders/constants.ts'
import { orderShard } from '../../shared/orders/keys.ts'
import { toOrderEvent, type StoredEvent } from '../../shared/orders/order-event.ts'
import type { OrderState, PricedOrder } from './order.ts'
import type { Orders } from './orders.ts'
import type { Outbox } from './outbox.ts'

interface StoredOrder {
  readonly placedAt: string
  readonly fingerprint: string
  readonly priced: PricedOrder
  state: OrderState
  attempt: number
  leaseEndMs: number
  answer: string
  version: number
}

interface Pending {
  readonly events: Map<number, StoredEvent>
  published: number
}

/** Orders and their outbox in one state, as they are in Redis. `nowMs` stands for the clock of the Redis server. */
export function createMemoryOrders(nowMs: () => number = Date.now): Orders & Outbox {
  const orders = new Map<string, StoredOrder>()
  const pendings = new Map<string, Pending>()
  const dueAtMs = new Map<string, number>()

  const attemptOf = (orderId: string, attempt: number): StoredOrder | undefined => {
    const order = orders.get(orderId)
    return order?.attempt === attempt ? order : undefined
  }

  return {
    begin: async (orderId, fingerprint, priced) => {
      const now = nowMs()
      const leaseEndMs = now + LEASE_MS
      const order = orders.get(orderId)
      if (!order) {
        const placedAt = new Date(now).toISOString()
        orders.set(orderId, {
          placedAt,
          fingerprint,
          priced,
          state: 'RESERVING',
          attempt: 1,
          leaseEndMs,
          answer: '',
          version: 0,
        })
        return { outcome: 'NEW', attempt: 1, placedAt, priced }
      }
      if (order.fingerprint !== fingerprint) return { outcome: 'MISMATCH' }
      if (order.state === 'RESERVING' && order.leaseEndMs > now) {
        return { outcome: 'IN_PROGRESS', msLeft: order.leaseEndMs - now }
      }
      if (order.state === 'RESERVING' || order.state === 'ABORTED') {
        Object.assign(order, { state: 'RESERVING', attempt: order.attempt + 1, leaseEndMs })
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
      pendings.set(event.orderId, { events: new Map([[1, event]]), published: 0 })
      dueAtMs.set(event.orderId, nowMs() + PUBLISH_LEASE_MS)
      return 'OK'
    },

    reject: async (orderId, attempt, answer) => {
      const order = attemptOf(orderId, attempt)
      if (order?.state === 'REJECTED') return 'ALREADY'
      if (order?.state !== 'RESERVING') return 'FENCED'
      Object.assign(order, { state: 'REJECTED', answer })
      return 'OK'
    },

    finish: async () => undefined,

    find: async (orderId) => {
      const order = orders.get(orderId)
      if (!order) return undefined
      const { state: status, priced, placedAt, version } = order
      return { order: { orderId, status, ...priced, placedAt }, version }
    },

    claimDue: async (shard, limit) => {
      const now = nowMs()
      const claimed = [...dueAtMs]
        .filter(([orderId, at]) => orderShard(orderId) === shard && at <= now)
        .sort(([, one], [, other]) => one - other)
        .slice(0, limit)
        .map(([orderId]) => orderId)
      for (const orderId of claimed) dueAtMs.set(orderId, now + PUBLISH_LEASE_MS)
      return claimed
    },

    unpublished: async (orderId) => {
      const { events, published } = pendings.get(orderId) ?? {
        events: new Map<number, StoredEvent>(),
        published: 0,
      }
      return [...events]
        .filter(([sequence]) => sequence > published)
        .sort(([one], [other]) => one - other)
        .map(([sequence, event]) => toOrderEvent(event, sequence))
    },

    acknowledge: async (orderId, sequence) => {
      const pending = pendings.get(orderId)
      if (pending) pending.published = Math.max(pending.published, sequence)
      const left = [...(pending?.events.keys() ?? [])].some((one) => one > (pending?.published ?? 0))
      if (!left) dueAtMs.delete(orderId)
    },
  }
}

import type { OrderState } from '../../shared/orders/order-event.ts'
import type { OrderProgress } from './order-progress.ts'

interface OrderInProgress {
  state: OrderState
  version: number
  published: number
  readonly unread: Set<number>
}

export interface MemoryOrderProgress extends OrderProgress {
  /** Stores an accepted order whose first event was not read back yet. */
  readonly accepted: (orderId: string) => Promise<void>
  readonly stateOf: (orderId: string) => string | undefined
  /** Sequences of an order's events not yet read back from Kafka. */
  readonly unread: (orderId: string) => readonly number[]
  /** The highest sequence that Kafka has acknowledged, 0 for none. */
  readonly published: (orderId: string) => number
}

export function createMemoryOrderProgress(): MemoryOrderProgress {
  const orders = new Map<string, OrderInProgress>()
  return {
    move: async (to, { orderId }) => {
      const order = orders.get(orderId)
      if (!order) return { outcome: 'MISSING' }
      if (order.state === to) return { outcome: 'ALREADY' }
      if (order.state !== 'ACCEPTED') return { outcome: 'REFUSED', state: order.state }
      order.state = to
      order.version += 1
      order.unread.add(order.version)
      return { outcome: 'OK', sequence: order.version }
    },
    readBack: async (orderId, sequence) => void orders.get(orderId)?.unread.delete(sequence),
    acknowledge: async (orderId, sequence) => {
      const order = orders.get(orderId)
      if (order) order.published = Math.max(order.published, sequence)
    },
    accepted: async (orderId) =>
      void orders.set(orderId, { state: 'ACCEPTED', version: 1, published: 0, unread: new Set([1]) }),
    stateOf: (orderId) => orders.get(orderId)?.state,
    unread: (orderId) => [...(orders.get(orderId)?.unread ?? [])],
    published: (orderId) => orders.get(orderId)?.published ?? 0,
  }
}

import {
  CANCELLED,
  CONFIRMED,
  type OrderEvent,
  type OrderState,
  PLACED,
  toOrderEvent,
} from '../../shared/orders/order-event.ts'
import type { OrderProgress } from './order-progress.ts'

interface OrderInProgress {
  state: OrderState
  version: number
  published: number
  readonly events: Map<number, OrderEvent>
  readonly unread: Set<number>
}

export interface MemoryOrderProgress extends OrderProgress {
  /** Stores an order's next event with the state that it brings, as the order function does. */
  readonly written: (event: OrderEvent) => Promise<void>
  readonly stateOf: (orderId: string) => string | undefined
  /** Sequences of an order's events not yet read back from Kafka. */
  readonly unread: (orderId: string) => readonly number[]
  /** The highest sequence that Kafka has acknowledged, 0 for none. */
  readonly published: (orderId: string) => number
}

const STATE = { [PLACED]: 'ACCEPTED', [CONFIRMED]: 'CONFIRMED', [CANCELLED]: 'CANCELLED' } as const

export function createMemoryOrderProgress(): MemoryOrderProgress {
  const orders = new Map<string, OrderInProgress>()

  function write(order: OrderInProgress, state: OrderState, event: OrderEvent): void {
    orders.set(event.orderId, order)
    order.state = state
    order.version = event.sequence
    order.events.set(event.sequence, event)
    order.unread.add(event.sequence)
  }

  return {
    eventAt: async (orderId, sequence) => orders.get(orderId)?.events.get(sequence),
    move: async (to, stored) => {
      const order = orders.get(stored.orderId)
      if (!order) return { outcome: 'MISSING' }
      if (order.state === to) return { outcome: 'ALREADY' }
      if (order.state !== 'ACCEPTED') return { outcome: 'REFUSED', state: order.state }
      write(order, to, toOrderEvent(stored, order.version + 1))
      return { outcome: 'OK', sequence: order.version }
    },
    readBack: async (orderId, sequence) => void orders.get(orderId)?.unread.delete(sequence),
    acknowledge: async (orderId, sequence) => {
      const order = orders.get(orderId)
      if (order) order.published = Math.max(order.published, sequence)
    },
    written: async (event) => {
      const state = STATE[event.type]
      const fresh = { state, version: 0, published: 0, events: new Map(), unread: new Set<number>() }
      write(orders.get(event.orderId) ?? fresh, state, event)
    },
    stateOf: (orderId) => orders.get(orderId)?.state,
    unread: (orderId) => [...(orders.get(orderId)?.unread ?? [])],
    published: (orderId) => orders.get(orderId)?.published ?? 0,
  }
}

import type { StoredEvent } from '../../../shared/orders/order-event.ts'
import type { OrderState } from '../../../shared/orders/order-state.ts'
import type { PricedOrder } from './order.ts'

export interface OrderInMemory {
  placedAt: string
  readonly fingerprint: string
  readonly priced: PricedOrder
  state: OrderState
  attempt: number
  leaseEndMs: number
  answer: string
  version: number
}

export interface PendingInMemory {
  /** Not read back from Kafka yet. */
  readonly events: Map<number, { readonly event: StoredEvent; readonly writtenMs: number }>
  published: number
}

/** What the stores of orders share, as they share the order's slot in Redis. */
export interface MemoryOrderState {
  /** Stands for the clock of the Redis server. */
  readonly nowMs: () => number
  readonly orders: Map<string, OrderInMemory>
  readonly pendings: Map<string, PendingInMemory>
  readonly history: Map<string, Map<number, StoredEvent>>
  /** Each orderId -> epoch ms. */
  readonly intents: Map<string, number>
  readonly outbox: Map<string, number>
  readonly open: Map<string, number>
}

export const createMemoryOrderState = (nowMs: () => number = Date.now): MemoryOrderState => ({
  nowMs,
  orders: new Map(),
  pendings: new Map(),
  history: new Map(),
  intents: new Map(),
  outbox: new Map(),
  open: new Map(),
})

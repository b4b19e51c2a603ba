import type { OrderState, StoredEvent } from '../../../shared/orders/order-event.ts'
import type { PricedOrder } from './order.ts'

export interface MemoryOrder {
  placedAt: string
  readonly fingerprint: string
  readonly priced: PricedOrder
  state: OrderState
  attempt: number
  leaseEndMs: number
  answer: string
  version: number
}

interface MemoryOutbox {
  /** Events not read back from Kafka, by sequence. */
  readonly unread: Map<number, { readonly event: StoredEvent; readonly writtenMs: number }>
  /** The highest sequence that Kafka has acknowledged; 0 for none. */
  published: number
}

/** What the stores of orders share, as they share the order's slot in Redis. */
export interface MemoryOrderState {
  /** In place of the clock of the Redis server. */
  readonly nowMs: () => number
  readonly orders: Map<string, MemoryOrder>
  readonly outboxes: Map<string, MemoryOutbox>
  readonly events: Map<string, Map<number, StoredEvent>>
  /** These three: order id -> due time, epoch ms. */
  readonly intents: Map<string, number>
  readonly dueOutboxes: Map<string, number>
  readonly watchList: Map<string, number>
}

export const createMemoryOrderState = (nowMs: () => number = Date.now): MemoryOrderState => ({
  nowMs,
  orders: new Map(),
  outboxes: new Map(),
  events: new Map(),
  intents: new Map(),
  dueOutboxes: new Map(),
  watchList: new Map(),
})

/** State for tests that let time pass, as `shiftClock` does on Redis. */
export function movableMemoryState() {
  let nowMs = Date.UTC(2026, 10, 24)
  const pass = async (ms: number) => void (nowMs += ms)
  return { state: createMemoryOrderState(() => nowMs), pass }
}

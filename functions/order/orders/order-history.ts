import { eventsKey } from '../../../shared/orders/keys.ts'
import { type OrderEvent, parseStoredEvent, toOrderEvent } from '../../../shared/orders/order-event.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'

export interface OrderHistory {
  /** All events of an order in sequence, whether Kafka has them or not. */
  readonly eventsOf: (orderId: string) => Promise<readonly OrderEvent[]>
}

export const createOrderHistory = ({ use }: RedisConnection): OrderHistory => ({
  eventsOf: async (orderId) => {
    const stored = await use((client) => client.hgetall(eventsKey(orderId)))
    return Object.entries(stored)
      .map(([sequence, text]) => toOrderEvent(parseStoredEvent(text), Number(sequence)))
      .sort((one, other) => one.sequence - other.sequence)
  },
})

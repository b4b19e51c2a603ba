import { dueOutboxesKey, orderOutboxKey,orderShard, watchListKey } from '../../shared/orders/keys.ts'
import { createMoveOrder, type Moved } from '../../shared/orders/move-order.ts'
import type { StoredEvent } from '../../shared/orders/order-event.ts'
import outboxAck from '../../shared/orders/outbox-ack.lua'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import eventReadBack from './event-read-back.lua'

export interface OrderProgress {
  /** Moves an order from ACCEPTED on, together with the event that says so. */
  readonly move: (to: 'CONFIRMED' | 'CANCELLED', event: StoredEvent) => Promise<Moved>
  /** Notes that an event was read back from Kafka. */
  readonly seen: (orderId: string, sequence: number) => Promise<void>
  /** Notes that an order's events up to `sequence` are in Kafka. */
  readonly acknowledge: (orderId: string, sequence: number) => Promise<void>
}

const scripts = {
  seen: defineScript(eventReadBack),
  acknowledge: defineScript(outboxAck),
}

export function createOrderProgress({ script }: RedisConnection): OrderProgress {
  const moveOrder = createMoveOrder({ script })
  return {
    move: (to, event) => moveOrder(event, ['ACCEPTED'], to),

    seen: async (orderId, sequence) => {
      const shard = orderShard(orderId)
      await script(
        scripts.seen,
        [orderOutboxKey(orderId), dueOutboxesKey(shard), watchListKey(shard)],
        [orderId, sequence],
      )
    },

    acknowledge: async (orderId, sequence) => {
      await script(
        scripts.acknowledge,
        [orderOutboxKey(orderId), dueOutboxesKey(orderShard(orderId))],
        [orderId, sequence],
      )
    },
  }
}

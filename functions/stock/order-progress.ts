import { dueOutboxesKey, orderOutboxKey, orderShard, watchListKey } from '../../shared/orders/keys.ts'
import { createMoveOrder, type MoveResult } from '../../shared/orders/move-order.ts'
import type { StoredEvent } from '../../shared/orders/order-event.ts'
import outboxAck from '../../shared/orders/outbox-ack.lua'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import eventReadBack from './event-read-back.lua'

export interface OrderProgress {
  /** Moves an order from ACCEPTED to `to`, together with the event of that. */
  readonly move: (to: 'CONFIRMED' | 'CANCELLED', event: StoredEvent) => Promise<MoveResult>
  /** Notes that an event was read back from Kafka. */
  readonly readBack: (orderId: string, sequence: number) => Promise<void>
  /** Notes that Kafka has acknowledged an order's events up to `sequence`. */
  readonly acknowledge: (orderId: string, sequence: number) => Promise<void>
}

const scripts = {
  readBack: defineScript(eventReadBack),
  acknowledge: defineScript(outboxAck),
}

export function createOrderProgress({ script }: RedisConnection): OrderProgress {
  const moveOrder = createMoveOrder({ script })
  return {
    move: (to, event) => moveOrder(event, ['ACCEPTED'], to),

    readBack: async (orderId, sequence) => {
      const shard = orderShard(orderId)
      await script(
        scripts.readBack,
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

import {
  dueOutboxesKey,
  eventsKey,
  orderOutboxKey,
  orderShard,
  watchListKey,
} from '../../shared/orders/keys.ts'
import { createMoveOrder, type MoveResult } from '../../shared/orders/move-order.ts'
import {
  type OrderEvent,
  parseStoredEvent,
  type StoredEvent,
  toOrderEvent,
} from '../../shared/orders/order-event.ts'
import outboxAck from '../../shared/orders/outbox-ack.lua'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import eventReadBack from './event-read-back.lua'

export interface OrderProgress {
  /** An event as it was written together with the order's state. Undefined when there is none that can be read. */
  readonly eventAt: (orderId: string, sequence: number) => Promise<OrderEvent | undefined>
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

export function createOrderProgress({ script, use }: RedisConnection): OrderProgress {
  const moveOrder = createMoveOrder({ script })
  return {
    eventAt: async (orderId, sequence) => {
      const text = await use((client) => client.hget(eventsKey(orderId), String(sequence)))
      return text === null ? undefined : readStored(text, sequence)
    },

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

/** A text that no version can read is a contradiction like any other: as a defect it would block its partition for ever. */
function readStored(text: string, sequence: number): OrderEvent | undefined {
  try {
    return toOrderEvent(parseStoredEvent(text), sequence)
  } catch {
    return undefined
  }
}

import * as z from 'zod'
import { PUBLISH_LEASE_MS, WATCH_MS } from '../../shared/orders/constants.ts'
import { eventsKey, openKey, orderKey, orderShard, outboxKey, pendingKey } from '../../shared/orders/keys.ts'
import type { StoredEvent } from '../../shared/orders/order-event.ts'
import orderMove from '../../shared/orders/order-move.lua'
import outboxAck from '../../shared/orders/outbox-ack.lua'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import eventSeen from './event-seen.lua'

export type Moved =
  | { readonly outcome: 'OK'; readonly sequence: number }
  | { readonly outcome: 'ALREADY' | 'REFUSED' | 'MISSING' }

export interface OrderProgress {
  /** Moves an order from ACCEPTED on, together with the event that says so. */
  readonly move: (to: 'CONFIRMED' | 'CANCELLED', event: StoredEvent) => Promise<Moved>
  /** Notes that an event was read back from Kafka. */
  readonly seen: (orderId: string, sequence: number) => Promise<void>
  /** Notes that an order's events up to `sequence` are in Kafka. */
  readonly acknowledge: (orderId: string, sequence: number) => Promise<void>
}

const scripts = {
  move: defineScript(orderMove),
  seen: defineScript(eventSeen),
  acknowledge: defineScript(outboxAck),
}
const moved = z.union([
  z.tuple([z.literal('OK'), z.number()]),
  z.tuple([z.literal('REFUSED'), z.string()]),
  z.tuple([z.enum(['ALREADY', 'MISSING'])]),
])

export function createOrderProgress({ script }: RedisConnection): OrderProgress {
  return {
    move: async (to, event) => {
      const { orderId } = event
      const shard = orderShard(orderId)
      const keys = [
        orderKey(orderId),
        pendingKey(orderId),
        outboxKey(shard),
        openKey(shard),
        eventsKey(orderId),
      ]
      const args = [orderId, to, 'ACCEPTED', JSON.stringify(event), PUBLISH_LEASE_MS, WATCH_MS]
      const reply = moved.parse(await script(scripts.move, keys, args))
      return reply[0] === 'OK' ? { outcome: 'OK', sequence: reply[1] } : { outcome: reply[0] }
    },

    seen: async (orderId, sequence) => {
      const shard = orderShard(orderId)
      await script(scripts.seen, [pendingKey(orderId), outboxKey(shard), openKey(shard)], [orderId, sequence])
    },

    acknowledge: async (orderId, sequence) => {
      await script(
        scripts.acknowledge,
        [pendingKey(orderId), outboxKey(orderShard(orderId))],
        [orderId, sequence],
      )
    },
  }
}

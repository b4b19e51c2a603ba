import * as z from 'zod'
import { PUBLISH_LEASE_MS } from '../../../shared/orders/constants.ts'
import { dueOutboxesKey, eventsKey, orderOutboxKey, orderShard } from '../../../shared/orders/keys.ts'
import { type OrderEvent, parseStoredEvent, toOrderEvent } from '../../../shared/orders/order-event.ts'
import outboxAck from '../../../shared/orders/outbox-ack.lua'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import outboxClaim from './outbox-claim.lua'
import outboxUnpublished from './outbox-unpublished.lua'

export interface UnpublishedEvents {
  /** In sequence. */
  readonly events: readonly OrderEvent[]
  /** How long the oldest has waited since it was written; 0 without events. */
  readonly ageMs: number
}

export interface Outbox {
  /** Orders of a shard with events due for publishing, put off by a lease. At most `limit`, oldest first. */
  readonly claimDue: (shard: string, limit: number) => Promise<readonly string[]>
  /** Events of an order that Kafka has not acknowledged. */
  readonly unpublished: (orderId: string) => Promise<UnpublishedEvents>
  /** Notes that Kafka has acknowledged an order's events up to `sequence`. */
  readonly acknowledge: (orderId: string, sequence: number) => Promise<void>
}

const scripts = {
  claim: defineScript(outboxClaim),
  unpublished: defineScript(outboxUnpublished),
  acknowledge: defineScript(outboxAck),
}
const ids = z.array(z.string())
const unpublishedReply = z.tuple([z.number(), z.array(z.tuple([z.number(), z.string()]))])

export function createOutbox({ script }: RedisConnection): Outbox {
  return {
    claimDue: async (shard, limit) =>
      ids.parse(await script(scripts.claim, [dueOutboxesKey(shard)], [limit, PUBLISH_LEASE_MS])),

    unpublished: async (orderId) => {
      const keys = [orderOutboxKey(orderId), eventsKey(orderId)]
      const [ageMs, stored] = unpublishedReply.parse(await script(scripts.unpublished, keys, []))
      return {
        ageMs,
        events: stored.map(([sequence, event]) => toOrderEvent(parseStoredEvent(event), sequence)),
      }
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

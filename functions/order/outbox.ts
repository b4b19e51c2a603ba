import * as z from 'zod'
import { PUBLISH_LEASE_MS } from '../../shared/orders/constants.ts'
import { eventsKey, orderShard, outboxKey, pendingKey } from '../../shared/orders/keys.ts'
import { parseStoredEvent, toOrderEvent, type OrderEvent } from '../../shared/orders/order-event.ts'
import outboxAck from '../../shared/orders/outbox-ack.lua'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import outboxClaim from './outbox-claim.lua'

export interface Outbox {
  /** Orders of a shard with events due for publishing, put off by a lease. At most `limit`, oldest first. */
  readonly claimDue: (shard: string, limit: number) => Promise<readonly string[]>
  /** Events of an order that are not known to be published, in sequence. */
  readonly unpublished: (orderId: string) => Promise<readonly OrderEvent[]>
  /** Notes that an order's events up to `sequence` are in Kafka. */
  readonly acknowledge: (orderId: string, sequence: number) => Promise<void>
}

const scripts = { claim: defineScript(outboxClaim), acknowledge: defineScript(outboxAck) }
const ids = z.array(z.string())

export function createOutbox({ script, use }: RedisConnection): Outbox {
  return {
    claimDue: async (shard, limit) =>
      ids.parse(await script(scripts.claim, [outboxKey(shard)], [limit, PUBLISH_LEASE_MS])),

    unpublished: async (orderId) => {
      const { p, ...pending } = await use((client) => client.hgetall(pendingKey(orderId)))
      const published = Number(p ?? 0)
      const sequences = Object.keys(pending)
        .map(Number)
        .filter((sequence) => sequence > published)
      if (sequences.length === 0) return []
      const inOrder = sequences.sort((one, other) => one - other)
      const events = await use((client) => client.hmget(eventsKey(orderId), ...inOrder.map(String)))
      return inOrder.flatMap((sequence, index) => {
        const text = events[index]
        return text == null ? [] : [toOrderEvent(parseStoredEvent(text), sequence)]
      })
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

import * as z from 'zod'
import { LONGEST_WATCH_MS, WATCH_MS } from '../../../shared/orders/constants.ts'
import { dueOutboxesKey, orderOutboxKey, orderShard, watchListKey } from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import dueOrders from '../orders/due-orders.lua'
import orderNudge from './order-nudge.lua'

/** Orders with events that were not read back from Kafka yet: a producer's acknowledgement is not proof. */
export interface WatchList {
  /** Orders of a shard that were not read back in time; at most `limit`, the longest due first. */
  readonly due: (shard: string, limit: number) => Promise<readonly string[]>
  /** Has an order's unread events published again, and watches them twice as long. `CLOSED`: all were read back meanwhile. */
  readonly nudge: (orderId: string) => Promise<'NUDGED' | 'CLOSED'>
}

const scripts = { due: defineScript(dueOrders), nudge: defineScript(orderNudge) }
const ids = z.array(z.string())
const nudgeReply = z.enum(['NUDGED', 'CLOSED'])

export function createWatchList({ script }: RedisConnection): WatchList {
  return {
    due: async (shard, limit) => ids.parse(await script(scripts.due, [watchListKey(shard)], [limit, 0])),
    nudge: async (orderId) => {
      const shard = orderShard(orderId)
      const keys = [orderOutboxKey(orderId), dueOutboxesKey(shard), watchListKey(shard)]
      return nudgeReply.parse(await script(scripts.nudge, keys, [orderId, WATCH_MS, LONGEST_WATCH_MS]))
    },
  }
}

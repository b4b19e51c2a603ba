import * as z from 'zod'
import { ORDER_RETENTION_MS } from '../../../shared/orders/constants.ts'
import {
  eventsKey,
  intentsKey,
  orderKey,
  orderOutboxKey,
  ordersByAgeKey,
  orderShard,
} from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import dueOrders from '../orders/due-orders.lua'
import orderForget from './order-forget.lua'

export interface OldOrders {
  /** Orders of a shard past their retention; at most `limit`, the oldest first. */
  readonly pastRetention: (shard: string, limit: number) => Promise<readonly string[]>
  /** Deletes an order with its events. `UNFINISHED`: it holds stock, or Kafka has not shown all its events. */
  readonly forget: (orderId: string) => Promise<'FORGOTTEN' | 'UNFINISHED'>
}

const scripts = { due: defineScript(dueOrders), forget: defineScript(orderForget) }
const ids = z.array(z.string())
const forgotten = z.enum(['FORGOTTEN', 'UNFINISHED'])

export function createOldOrders({ script }: RedisConnection): OldOrders {
  return {
    pastRetention: async (shard, limit) =>
      ids.parse(await script(scripts.due, [ordersByAgeKey(shard)], [limit, ORDER_RETENTION_MS])),
    forget: async (orderId) => {
      const shard = orderShard(orderId)
      const own = [orderKey(orderId), eventsKey(orderId), orderOutboxKey(orderId)]
      return forgotten.parse(
        await script(scripts.forget, [...own, intentsKey(shard), ordersByAgeKey(shard)], [orderId]),
      )
    },
  }
}

import {
  dueOutboxesKey,
  intentsKey,
  orderKey,
  orderOutboxKey,
  ordersByAgeKey,
  orderShard,
  watchListKey,
} from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'

/** Lets time pass for one order: the clock of Redis cannot be moved, so all stored times move into the past. */
export async function shiftClock({ use }: RedisConnection, orderId: string, ms: number): Promise<void> {
  const shard = orderShard(orderId)
  await use(async (client) => {
    for (const key of [
      intentsKey(shard),
      dueOutboxesKey(shard),
      watchListKey(shard),
      ordersByAgeKey(shard),
    ]) {
      if ((await client.zscore(key, orderId)) !== null) await client.zincrby(key, -ms, orderId)
    }
    for (const field of ['lease', 't0']) {
      if (await client.hexists(orderKey(orderId), field)) await client.hincrby(orderKey(orderId), field, -ms)
    }
    for (const field of await client.hkeys(orderOutboxKey(orderId))) {
      if (field !== 'p') await client.hincrby(orderOutboxKey(orderId), field, -ms)
    }
  })
}

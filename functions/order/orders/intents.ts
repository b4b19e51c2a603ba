import * as z from 'zod'
import { intentsKey, orderKey, orderShard } from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import dueOrders from './due-orders.lua'
import intentDone from './intent-done.lua'
import orderFail from './order-fail.lua'

/** Orders that somebody began and did not finish: still reserving, or refused with stock still to release. */
export interface Intents {
  /** Orders of a shard whose lease is over, or that wait for their release; at most `limit`, the longest due first. */
  readonly dueIntents: (shard: string, limit: number) => Promise<readonly string[]>
  /** Gives an attempt up. `BUSY`: its lease still runs. `FENCED`: it is not the current attempt, or already decided. */
  readonly abort: (orderId: string, attempt: number) => Promise<'OK' | 'ALREADY' | 'FENCED' | 'BUSY'>
  /** Forgets the intent, once all stock is released. */
  readonly finish: (orderId: string, attempt: number) => Promise<void>
}

const scripts = {
  due: defineScript(dueOrders),
  fail: defineScript(orderFail),
  done: defineScript(intentDone),
}
const ids = z.array(z.string())
const aborted = z.enum(['OK', 'ALREADY', 'FENCED', 'BUSY'])

export function createIntents({ script }: RedisConnection): Intents {
  const keysOf = (orderId: string) => [orderKey(orderId), intentsKey(orderShard(orderId))]
  return {
    dueIntents: async (shard, limit) => ids.parse(await script(scripts.due, [intentsKey(shard)], [limit, 0])),
    abort: async (orderId, attempt) =>
      aborted.parse(await script(scripts.fail, keysOf(orderId), [orderId, attempt, 'ABORTED', '', 1])),
    finish: async (orderId, attempt) => {
      await script(scripts.done, keysOf(orderId), [orderId, attempt])
    },
  }
}

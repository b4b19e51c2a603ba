import * as z from 'zod'
import { intentsKey, orderKey, orderShard } from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import dueOrders from './due-orders.lua'
import intentDone from './intent-done.lua'
import orderFail from './order-fail.lua'

/** Orders begun and not finished: reserving, or decided against with stock still to be released. */
export interface Intents {
  /** Orders of a shard whose lease has ended or whose stock is to be released; at most `limit`, the longest due first. */
  readonly due: (shard: string, limit: number) => Promise<readonly string[]>
  /** Ends an attempt. `BUSY`: its lease still runs. `FENCED`: it is not the current attempt, or the order is decided. */
  readonly abort: (orderId: string, attempt: number) => Promise<'OK' | 'ALREADY' | 'FENCED' | 'BUSY'>
  /** Removes the intent, once all stock is released. */
  readonly finish: (orderId: string, attempt: number) => Promise<void>
}

const scripts = {
  due: defineScript(dueOrders),
  fail: defineScript(orderFail),
  done: defineScript(intentDone),
}
const ids = z.array(z.string())
const abortReply = z.enum(['OK', 'ALREADY', 'FENCED', 'BUSY'])

export function createIntents({ script }: RedisConnection): Intents {
  const keysOf = (orderId: string) => [orderKey(orderId), intentsKey(orderShard(orderId))]
  return {
    due: async (shard, limit) => ids.parse(await script(scripts.due, [intentsKey(shard)], [limit, 0])),
    abort: async (orderId, attempt) =>
      abortReply.parse(await script(scripts.fail, keysOf(orderId), [orderId, attempt, 'ABORTED', '', 1])),
    finish: async (orderId, attempt) => {
      await script(scripts.done, keysOf(orderId), [orderId, attempt])
    },
  }
}

import * as z from 'zod'
import { ANALYTICS_SHARDS } from '../../shared/orders/constants.ts'
import { shardOf } from '../../shared/orders/keys.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import applyOnce from './apply-once.lua'
import type { Increments } from './increments.ts'

const applyReply = z.enum(['APPLIED', 'ALREADY', 'OVERFLOW'])
export type ApplyResult = z.infer<typeof applyReply>

export interface Totals {
  readonly counters: Increments
  readonly customers: number
}

export interface Counters {
  /** Adds an event's increments, once per event id. `OVERFLOW`: nothing added, as a counter has no room for it. */
  readonly applyOnce: (
    event: Pick<OrderEvent, 'eventId' | 'orderId' | 'occurredAt'>,
    increments: Increments,
  ) => Promise<ApplyResult>
  readonly addCustomer: (customerId: string) => Promise<void>
  readonly hasCustomer: (customerId: string) => Promise<boolean>
  /** Forgets which events of a day (ISO 8601, any time of it) were counted; the counters stay. */
  readonly forgetDay: (day: string) => Promise<void>
  /** The sums of all shards. Not one moment: events counted meanwhile may be in it or not. */
  readonly totals: () => Promise<Totals>
}

const script = defineScript(applyOnce)
const SHARDS = Array.from({ length: ANALYTICS_SHARDS }, (_, index) => index.toString(16))

/** SET of event ids by the event's own day, so that a repeat looks in the same one. */
const seenKey = (shard: string, occurredAt: string): string =>
  `{an:${shard}}:seen:${new Date(occurredAt).toISOString().slice(0, 10).replaceAll('-', '')}`
const countersKey = (shard: string): string => `{an:${shard}}:cnt:all`
const customersKey = (shard: string): string => `{ac:${shard}}:customers`
const customersKeyOf = (customerId: string): string => customersKey(shardOf(customerId, ANALYTICS_SHARDS))

export function createCounters(redis: RedisConnection): Counters {
  return {
    applyOnce: async ({ eventId, orderId, occurredAt }, increments) => {
      const shard = shardOf(orderId, ANALYTICS_SHARDS)
      const args = [eventId, ...[...increments].flatMap(([field, increment]) => [field, String(increment)])]
      return applyReply.parse(
        await redis.script(script, [seenKey(shard, occurredAt), countersKey(shard)], args),
      )
    },

    addCustomer: async (customerId) => {
      await redis.use((client) => client.sadd(customersKeyOf(customerId), customerId))
    },

    hasCustomer: async (customerId) =>
      (await redis.use((client) => client.sismember(customersKeyOf(customerId), customerId))) === 1,

    forgetDay: (day) =>
      redis.use(async (client) => {
        await Promise.all(SHARDS.map((shard) => client.unlink(seenKey(shard, day))))
      }),

    totals: () =>
      redis.use(async (client) => {
        // Single commands, as a pipeline may not span the slots of a Redis Cluster.
        const [hashes, customers] = await Promise.all([
          Promise.all(SHARDS.map((shard) => client.hgetall(countersKey(shard)))),
          Promise.all(SHARDS.map((shard) => client.scard(customersKey(shard)))),
        ])
        const counters = new Map<string, bigint>()
        for (const [field, count] of hashes.flatMap((hash) => Object.entries(hash))) {
          counters.set(field, (counters.get(field) ?? 0n) + BigInt(count))
        }
        return { counters, customers: customers.reduce((sum, count) => sum + count, 0) }
      }),
  }
}

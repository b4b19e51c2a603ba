import { crc32 } from 'node:zlib'
import { ORDER_SHARDS } from './constants.ts'

// Redis keys that more than one function uses. The part in braces is the hash tag: one tag, one Redis Cluster slot,
// and a script may only touch keys of one slot.

export const shardOf = (id: string, shards: number): string => (crc32(id) % shards).toString(16)

export const orderShard = (orderId: string): string => shardOf(orderId, ORDER_SHARDS)

export const ALL_ORDER_SHARDS: readonly string[] = Array.from({ length: ORDER_SHARDS }, (_, index) =>
  index.toString(16),
)

export const orderKey = (orderId: string): string => `{o:${orderShard(orderId)}}:o:${orderId}`
/** HASH sequence -> event JSON without `eventId` and `sequence`. */
export const eventsKey = (orderId: string): string => `{o:${orderShard(orderId)}}:ev:${orderId}`
/** HASH sequence -> epoch ms of its writing, for each event not yet read back from Kafka, and `p`, the highest published sequence. */
export const pendingKey = (orderId: string): string => `{o:${orderShard(orderId)}}:ob:${orderId}`

/** ZSET orderId by the time it was placed (epoch ms): finds orders past their retention. */
export const ordersKey = (shard: string): string => `{o:${shard}}:orders`
export const intentKey = (shard: string): string => `{o:${shard}}:intent`
export const outboxKey = (shard: string): string => `{o:${shard}}:outbox`
export const openKey = (shard: string): string => `{o:${shard}}:open`

export const stockKey = (sku: string): string => `{s:${sku}}:stk`
/** HASH orderId -> `R|D|X|Z:<quantity>:<attempt>`; the day is the order's `placedAt`, so every call finds the same one. */
export const ledgerKey = (sku: string, placedAt: string): string =>
  `{s:${sku}}:led:${placedAt.slice(0, 10).replaceAll('-', '')}`

/** ZSET orderId by the time it was placed (epoch ms): what a customer's list shows. */
export const customerOrdersKey = (customerId: string): string => `{c:${customerId}}:orders`

/** Set while a reconcile rebuilds Redis from the log: orders are refused meanwhile. */
export const FROZEN_KEY = '{r}:frozen'

/** ZSET of all SKUs, in their own order. */
export const SKUS_KEY = '{stock}:skus'

import { crc32 } from 'node:zlib'
import { ORDER_SHARDS } from './constants.ts'

// Redis keys that more than one function uses. The part in braces is the hash tag: one tag, one Redis Cluster slot,
// and a script may only touch keys of one slot. What each key holds, and what its fields mean: docs/order-protocol.md 4.

export const shardOf = (id: string, shards: number): string => (crc32(id) % shards).toString(16)

export const orderShard = (orderId: string): string => shardOf(orderId, ORDER_SHARDS)

export const ALL_ORDER_SHARDS: readonly string[] = Array.from({ length: ORDER_SHARDS }, (_, index) =>
  index.toString(16),
)

/** HASH: the order. */
export const orderKey = (orderId: string): string => `{o:${orderShard(orderId)}}:o:${orderId}`
/** HASH sequence -> event JSON without `eventId` and `sequence`. */
export const eventsKey = (orderId: string): string => `{o:${orderShard(orderId)}}:ev:${orderId}`
/** HASH: when each event was written that is not read back from Kafka, and `p`, the highest sequence acknowledged. */
export const orderOutboxKey = (orderId: string): string => `{o:${orderShard(orderId)}}:ob:${orderId}`

// Sorted sets of a shard: order id by epoch ms.

/** Orders begun and not finished, by when the sweeper may look. */
export const intentsKey = (shard: string): string => `{o:${shard}}:intent`
/** Orders with an event to publish, by when the relay does it. */
export const dueOutboxesKey = (shard: string): string => `{o:${shard}}:outbox`
/** Orders with an event not read back from Kafka, by when to nudge. */
export const watchListKey = (shard: string): string => `{o:${shard}}:open`
/** All orders by the time they were placed, so that housekeeping finds those past their retention. */
export const ordersByAgeKey = (shard: string): string => `{o:${shard}}:orders`

/** ZSET: a customer's orders by the time they were placed (epoch ms). */
export const customerOrdersKey = (customerId: string): string => `{c:${customerId}}:orders`

/** HASH: the SKU's record. */
export const stockKey = (sku: string): string => `{s:${sku}}:stk`
/** HASH order id -> ledger entry. The day is that of the order's `placedAt`, so every call finds the same one. */
export const ledgerKey = (sku: string, placedAt: string): string =>
  `{s:${sku}}:led:${placedAt.slice(0, 10).replaceAll('-', '')}`

/** ZSET of all SKUs, in their own order. */
export const SKUS_KEY = '{stock}:skus'

/** Set while a reconcile rebuilds Redis from the log: orders are refused meanwhile. */
export const FROZEN_KEY = '{r}:frozen'

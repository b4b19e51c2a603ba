/** Never change these: every stored order would be looked for in another shard. */
export const ORDER_SHARDS = 256
export const NOTIFICATION_SHARDS = 64
export const ANALYTICS_SHARDS = 64

/** Longer than the order function's timeout, so that a lease that has ended means a request that has ended. */
export const LEASE_MS = 10_000
/** How long the writer of an event has to publish it before the relay does. */
export const PUBLISH_LEASE_MS = 2_000
/** An event that was not read back from Kafka for this long is published again. Doubled each time, up to the longest. */
export const WATCH_MS = 30_000
/** A reader that was away for a day must not find hundreds of copies of every event. */
export const LONGEST_WATCH_MS = 60 * 60_000
/** How long a client waits for Kafka before it gets 202 instead of 201. */
export const PUBLISH_BUDGET_MS = 800

const DAY_MS = 24 * 60 * 60_000
/**
 * How long duplicates are detectable. Longer than the topic keeps an event (14 days), so only a redrive can bring an older
 * one, which is dead-lettered.
 */
export const DEDUPE_HORIZON_MS = 16 * DAY_MS
/** How long an order can be cancelled. It leaves two days to read the event before the horizon. */
export const CANCEL_WINDOW_MS = 14 * DAY_MS
/** How long ledgers and seen sets are kept: a day longer than the horizon, as clocks are not exact. */
export const MEMORY_MS = DEDUPE_HORIZON_MS + DAY_MS
export const ORDER_RETENTION_MS = 90 * DAY_MS

export const MAX_BODY_BYTES = 64 * 1024
export const MAX_LINES = 100
export const MAX_QUANTITY = 10_000
export const MAX_PRICE_MINOR = 1_000_000_000
/** Of an order. Nine such orders are less than 2^53, and a counter of 18 digits takes hundreds. */
export const MAX_TOTAL_MINOR = MAX_LINES * MAX_QUANTITY * MAX_PRICE_MINOR
/** Of attempts at one order, and of its events. */
export const MAX_COUNT = 1_000_000_000

export const ORDER_TOPIC = 'order-topic'

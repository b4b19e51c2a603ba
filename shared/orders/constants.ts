/** Fixed for ever: another number would look for every stored order in another shard. */
export const ORDER_SHARDS = 256
export const NOTIFICATION_SHARDS = 64
export const ANALYTICS_SHARDS = 64

/** Longer than the order function's timeout, so that a lease that is over means a request that is over. */
export const LEASE_MS = 10_000
/** How long the one who wrote an event has to publish it before the relay does. */
export const PUBLISH_LEASE_MS = 2_000
/** After this long without being read back from Kafka an event is published again; each time doubled, up to the longest. */
export const WATCH_MS = 30_000
/** A reader that is away for a day must not find hundreds of copies of every event. */
export const LONGEST_WATCH_MS = 60 * 60_000
/** What a client waits for Kafka before it gets 202 instead of 201. */
export const PUBLISH_BUDGET_MS = 800

const DAY_MS = 24 * 60 * 60_000
/**
 * For so long an event that comes again is known to have come before. Longer than the topic keeps it (14 days), so
 * only a redrive can bring an older one; it is parked.
 */
export const DEDUPE_HORIZON_MS = 16 * DAY_MS
/** An order can be cancelled for so long: two days are left for the event to be read before the horizon. */
export const CANCEL_WINDOW_MS = 14 * DAY_MS
/** What remembers events is dropped a day after the horizon: the clocks of those that ask are not exact. */
export const MEMORY_MS = DEDUPE_HORIZON_MS + DAY_MS
export const ORDER_RETENTION_MS = 90 * DAY_MS

export const MAX_BODY_BYTES = 64 * 1024
export const MAX_LINES = 100
export const MAX_QUANTITY = 10_000

export const ORDER_TOPIC = 'order-topic'

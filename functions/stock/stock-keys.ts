// Keys that only this function uses (docs/order-protocol.md 4.7 and 4.8). A SKU's own share the slot of its record; what the
// relay has to look at shares that of the list of SKUs.

/** HASH revision -> the change as JSON, until it is read back from Kafka. */
export const stockOutboxKey = (sku: string): string => `{s:${sku}}:ob`
/** HASH digest of an Idempotency-Key -> the answer given. */
export const adjustmentsKey = (sku: string): string => `{s:${sku}}:adj`

/** ZSET SKU -> epoch ms from when on the relay looks whether a change is still to be published. */
export const DUE_SKUS_KEY = '{stock}:due'

// Keys that only this function uses. A SKU's own share the slot of its record; what the relay has to look at shares that of the list of SKUs.

/** HASH revision -> the change as JSON, until it is read back from Kafka. */
export const changesKey = (sku: string): string => `{s:${sku}}:ob`
/** HASH digest of an Idempotency-Key -> `A:<fingerprint>:<revision>:<onHand>:<reserved>:<sold>`, the answer given. */
export const adjustmentsKey = (sku: string): string => `{s:${sku}}:adj`

/** ZSET SKU -> epoch ms from when on the relay looks whether a change is still to publish. */
export const DUE_KEY = '{stock}:due'

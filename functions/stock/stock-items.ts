import * as z from 'zod'
import { SKUS_KEY, stockKey } from '../../shared/orders/keys.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import type { Adjustment } from './adjustment.ts'
import stockAdjust from './stock-adjust.lua'
import stockAnnounce from './stock-announce.lua'
import { adjustmentsKey, DUE_SKUS_KEY, stockOutboxKey } from './stock-keys.ts'
import { CHANGE_LEASE_MS } from './stock-outbox.ts'
import stockPut from './stock-put.lua'

/** A SKU's record. Quantities in units; the price in the currency's minor unit, such as cents. */
export interface StockItem {
  readonly sku: string
  readonly name: string
  readonly priceMinor: number
  readonly currency: string
  readonly onHand: number
  readonly reserved: number
  readonly available: number
  readonly sold: number
  readonly revision: number
}

export type NewStockItem = Pick<StockItem, 'name' | 'priceMinor' | 'currency' | 'onHand'>

/** What must hold for a record to be written: there is none yet, or it has this revision. */
export type Precondition = 'absent' | { readonly revision: string }

/** `FROZEN`: a reconcile is running. `LATE`: this took too long, and nothing was changed. */
type NotChanged =
  { readonly outcome: 'FROZEN' | 'LATE' } | { readonly outcome: 'BELOW_RESERVED'; readonly reserved: number }

export type PutResult =
  | { readonly outcome: 'CREATED' }
  | { readonly outcome: 'UPDATED' }
  | { readonly outcome: 'PRECONDITION_FAILED' }
  | NotChanged

/** The numbers right after the adjustment, also when it is repeated later. */
export type AdjustedItem = Pick<StockItem, 'revision' | 'onHand' | 'reserved' | 'sold'>

export type AdjustResult =
  | ({ readonly outcome: 'OK' } & AdjustedItem)
  | ({ readonly outcome: 'REPLAY' } & AdjustedItem)
  | { readonly outcome: 'MISMATCH' | 'UNKNOWN_SKU' }
  | NotChanged

export interface StockPage {
  readonly items: readonly StockItem[]
  readonly next: string | undefined
}

export interface StockItems {
  readonly find: (sku: string) => Promise<StockItem | undefined>
  /** Those behind `after` in the order of the SKUs, at most `limit`. `next` is the next page's `after`; undefined on the last. */
  readonly list: (after: string | undefined, limit: number) => Promise<StockPage>
  readonly put: (sku: string, item: NewStockItem, precondition: Precondition) => Promise<PutResult>
  readonly adjust: (sku: string, adjustment: Adjustment) => Promise<AdjustResult>
}

/** What the clocks of two Redis nodes may differ by. */
const CLOCK_MARGIN_MS = 2_000

const scripts = {
  announce: defineScript(stockAnnounce),
  put: defineScript(stockPut),
  adjust: defineScript(stockAdjust),
}
const notChanged = [
  z.tuple([z.enum(['FROZEN', 'LATE'])]),
  z.tuple([z.literal('BELOW_RESERVED'), z.number()]),
] as const
const putReply = z.union([z.tuple([z.enum(['CREATED', 'UPDATED', 'PRECONDITION_FAILED'])]), ...notChanged])
const adjustReply = z.union([
  z.tuple([z.enum(['OK', 'REPLAY']), z.number(), z.number(), z.number(), z.number()]),
  z.tuple([z.enum(['MISMATCH', 'UNKNOWN_SKU'])]),
  ...notChanged,
])
const units = z.coerce.number().int()
const record = z.object({
  name: z.string(),
  priceMinor: units,
  currency: z.string(),
  onHand: units,
  reserved: units,
  sold: units,
  rev: units,
})

export function createStockItems({ script, use }: RedisConnection): StockItems {
  /**
   * Has the relay look at the SKU, before it is changed: the relay's index is in another slot, and a crash in between must
   * not hide the change. Returns until when the change may be made, epoch ms: later the relay may have forgotten the SKU.
   */
  const announce = async (sku: string): Promise<number> => {
    const dueMs = z
      .number()
      .parse(await script(scripts.announce, [SKUS_KEY, DUE_SKUS_KEY], [sku, CHANGE_LEASE_MS]))
    return dueMs - CLOCK_MARGIN_MS
  }

  const find = async (sku: string): Promise<StockItem | undefined> => {
    const fields = await use((client) => client.hgetall(stockKey(sku)))
    if (fields.rev === undefined) return undefined
    const { rev, ...item } = record.parse(fields)
    return { sku, ...item, available: item.onHand - item.reserved, revision: rev }
  }

  return {
    find,

    list: async (after, limit) => {
      const from = after === undefined ? '-' : `(${after}`
      const skus = await use((client) => client.zrangebylex(SKUS_KEY, from, '+', 'LIMIT', 0, limit))
      const items = (await Promise.all(skus.map(find))).flatMap((item) => item ?? [])
      return { items, next: skus.length === limit ? skus.at(-1) : undefined }
    },

    put: async (sku, { name, priceMinor, currency, onHand }, precondition) => {
      const [mustBeNew, revision] = precondition === 'absent' ? [1, ''] : [0, precondition.revision]
      if (mustBeNew === 0 && !(await find(sku))) return { outcome: 'PRECONDITION_FAILED' }
      const untilMs = await announce(sku)
      const args = [mustBeNew, revision, name, priceMinor, currency, onHand, untilMs]
      const reply = putReply.parse(await script(scripts.put, [stockKey(sku), stockOutboxKey(sku)], args))
      return reply[0] === 'BELOW_RESERVED' ? { outcome: reply[0], reserved: reply[1] } : { outcome: reply[0] }
    },

    adjust: async (sku, { id, fingerprint, delta, reason }) => {
      if (!(await find(sku))) return { outcome: 'UNKNOWN_SKU' }
      const untilMs = await announce(sku)
      const keys = [stockKey(sku), stockOutboxKey(sku), adjustmentsKey(sku)]
      const args = [id, fingerprint, delta, reason, untilMs]
      const reply = adjustReply.parse(await script(scripts.adjust, keys, args))
      if (reply.length === 1) return { outcome: reply[0] }
      if (reply.length === 2) return { outcome: reply[0], reserved: reply[1] }
      const [outcome, revision, onHand, reserved, sold] = reply
      return { outcome, revision, onHand, reserved, sold }
    },
  }
}

import * as z from 'zod'
import { ledgerKey, stockKey } from '../../../shared/orders/keys.ts'
import stockRelease from '../../../shared/orders/stock-release.lua'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import type { CatalogueItem } from './price-order.ts'
import stockReserve from './stock-reserve.lua'

/** Whose hold it is. The ledger's day follows from `placedAt`; a lower attempt never touches a higher one's hold. */
export interface Holder {
  readonly orderId: string
  readonly attempt: number
  readonly placedAt: string
}

export type ReserveResult =
  | { readonly outcome: 'OK' | 'ALREADY' | 'REFUSED' | 'QTY_MISMATCH' | 'UNKNOWN_SKU' | 'FROZEN' }
  | { readonly outcome: 'INSUFFICIENT'; readonly available: number }

const releaseReply = z.enum(['RELEASED', 'TOMBSTONE', 'ALREADY', 'STALE'])
export type ReleaseResult = z.infer<typeof releaseReply>

export interface StockHolds {
  /** Price and free units of the SKUs that exist. */
  readonly lookUp: (skus: readonly string[]) => Promise<ReadonlyMap<string, CatalogueItem>>
  readonly reserve: (holder: Holder, sku: string, quantity: number) => Promise<ReserveResult>
  /** Gives a hold back, or bars the attempt from reserving later. `STALE`: a higher attempt holds it. */
  readonly release: (holder: Holder, sku: string, quantity: number) => Promise<ReleaseResult>
}

const scripts = { reserve: defineScript(stockReserve), release: defineScript(stockRelease) }
const reserveReply = z.union([
  z.tuple([z.enum(['OK', 'ALREADY', 'REFUSED', 'QTY_MISMATCH', 'UNKNOWN_SKU', 'FROZEN'])]),
  z.tuple([z.literal('INSUFFICIENT'), z.number()]),
])
const record = z.tuple([z.coerce.number(), z.string(), z.coerce.number(), z.coerce.number()])

export function createStockHolds({ script, use }: RedisConnection): StockHolds {
  const item = async (sku: string): Promise<readonly (readonly [string, CatalogueItem])[]> => {
    const fields = await use((client) =>
      client.hmget(stockKey(sku), 'priceMinor', 'currency', 'onHand', 'reserved'),
    )
    if (fields[0] === null) return []
    const [priceMinor, currency, onHand, held] = record.parse(fields)
    return [[sku, { priceMinor, currency, available: onHand - held }]]
  }

  return {
    lookUp: async (skus) => new Map((await Promise.all(skus.map(item))).flat()),

    reserve: async ({ orderId, attempt, placedAt }, sku, quantity) => {
      const keys = [stockKey(sku), ledgerKey(sku, placedAt)]
      const reply = reserveReply.parse(await script(scripts.reserve, keys, [orderId, quantity, attempt]))
      return reply[0] === 'INSUFFICIENT' ? { outcome: reply[0], available: reply[1] } : { outcome: reply[0] }
    },

    release: async ({ orderId, attempt, placedAt }, sku, quantity) => {
      const keys = [stockKey(sku), ledgerKey(sku, placedAt)]
      return releaseReply.parse(await script(scripts.release, keys, [orderId, quantity, attempt, 0]))
    },
  }
}

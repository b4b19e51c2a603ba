import * as z from 'zod'
import { stockKey } from '../../shared/orders/keys.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
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

export type Put =
  | { readonly outcome: 'CREATED' | 'UPDATED' | 'PRECONDITION_FAILED' }
  | { readonly outcome: 'BELOW_RESERVED'; readonly reserved: number }

export interface StockItems {
  readonly find: (sku: string) => Promise<StockItem | undefined>
  readonly put: (sku: string, item: NewStockItem, precondition: Precondition) => Promise<Put>
}

const putScript = defineScript(stockPut)
const put = z.union([
  z.tuple([z.enum(['CREATED', 'UPDATED']), z.number()]),
  z.tuple([z.literal('PRECONDITION_FAILED')]),
  z.tuple([z.literal('BELOW_RESERVED'), z.number()]),
])
const units = z.coerce.number().int().nonnegative()
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
  return {
    find: async (sku) => {
      const fields = await use((client) => client.hgetall(stockKey(sku)))
      if (fields.rev === undefined) return undefined
      const { rev, ...item } = record.parse(fields)
      return { sku, ...item, available: item.onHand - item.reserved, revision: rev }
    },

    put: async (sku, { name, priceMinor, currency, onHand }, precondition) => {
      const [mustBeNew, revision] = precondition === 'absent' ? [1, ''] : [0, precondition.revision]
      const args = [mustBeNew, revision, name, priceMinor, currency, onHand]
      const reply = put.parse(await script(putScript, [stockKey(sku)], args))
      return reply[0] === 'BELOW_RESERVED' ? { outcome: reply[0], reserved: reply[1] } : { outcome: reply[0] }
    },
  }
}

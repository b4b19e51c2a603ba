import * as z from 'zod'
import { ledgerKey, stockKey } from '../../shared/orders/keys.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import stockRelease from '../../shared/orders/stock-release.lua'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import stockDeduct from './stock-deduct.lua'

export type Holder = Pick<OrderEvent, 'orderId' | 'attempt' | 'placedAt'>

const deductReply = z.enum([
  'OK',
  'OK_DIRECT',
  'ALREADY',
  'REFUSED',
  'INSUFFICIENT',
  'QTY_MISMATCH',
  'UNKNOWN_SKU',
])
export type DeductResult = z.infer<typeof deductReply>

export interface StockLedger {
  /** Turns the order's hold into a deduction, once. `REFUSED`: the order was cancelled meanwhile. */
  readonly deduct: (holder: Holder, sku: string, quantity: number) => Promise<DeductResult>
  /** Gives back what the order holds or has had deducted, once, and bars a deduction that arrives late. */
  readonly restock: (holder: Holder, sku: string, quantity: number) => Promise<void>
}

const scripts = { deduct: defineScript(stockDeduct), release: defineScript(stockRelease) }

export function createStockLedger({ script }: RedisConnection): StockLedger {
  return {
    deduct: async ({ orderId, attempt, placedAt }, sku, quantity) => {
      const keys = [stockKey(sku), ledgerKey(sku, placedAt)]
      return deductReply.parse(await script(scripts.deduct, keys, [orderId, quantity, attempt]))
    },
    restock: async ({ orderId, attempt, placedAt }, sku, quantity) => {
      await script(
        scripts.release,
        [stockKey(sku), ledgerKey(sku, placedAt)],
        [orderId, quantity, attempt, 1],
      )
    },
  }
}

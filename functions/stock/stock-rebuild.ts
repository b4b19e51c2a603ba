import * as z from 'zod'
import { ledgerKey, orderKey, SKUS_KEY, stockKey } from '../../shared/orders/keys.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import { adjustmentFingerprint } from './adjustment.ts'
import ledgerRestore from './ledger-restore.lua'
import type { StockEvent } from './stock-event.ts'
import { adjustmentsKey, stockOutboxKey } from './stock-keys.ts'
import type { Holder } from './stock-ledger.ts'
import stockRestore from './stock-restore.lua'

/** A SKU's whole record; quantities in units. */
export interface StockNumbers {
  readonly revision: number
  readonly onHand: number
  readonly reserved: number
  readonly sold: number
  readonly received: number
}

export interface StockRebuild {
  /** Makes a SKU's record what a change says, unless it is past that already. */
  readonly restoreItem: (event: StockEvent) => Promise<'CREATED' | 'UPDATED' | 'ALREADY'>
  /** Makes a line of an accepted order deducted, whatever became of its hold. */
  readonly restoreDeduction: (
    holder: Holder,
    sku: string,
    quantity: number,
  ) => Promise<'RESTORED' | 'ALREADY' | 'UNKNOWN_SKU'>
  /** Whether the order's line is held, deducted, or given back; undefined when the ledger has nothing of it. */
  readonly ledgerLetter: (holder: Holder, sku: string) => Promise<string | undefined>
  readonly orderState: (orderId: string) => Promise<string | undefined>
  readonly numbersOf: (sku: string) => Promise<StockNumbers | undefined>
  readonly allSkus: () => Promise<readonly string[]>
}

const scripts = { item: defineScript(stockRestore), deduction: defineScript(ledgerRestore) }
const restoreItemReply = z.enum(['CREATED', 'UPDATED', 'ALREADY'])
const restoreDeductionReply = z.enum(['RESTORED', 'ALREADY', 'UNKNOWN_SKU'])
const integer = z.coerce.number().int()
const numbers = z.tuple([integer, integer, integer, integer, integer])

export function createStockRebuild({ script, use }: RedisConnection): StockRebuild {
  return {
    restoreItem: async (event) => {
      const { sku, revision, name, priceMinor, currency, received, adjustmentId = '' } = event
      await use((client) => client.zadd(SKUS_KEY, 0, sku))
      const keys = [stockKey(sku), stockOutboxKey(sku), adjustmentsKey(sku)]
      const args = [revision, name, priceMinor, currency, received, adjustmentId, adjustmentAnswer(event)]
      return restoreItemReply.parse(await script(scripts.item, keys, args))
    },

    restoreDeduction: async ({ orderId, attempt, placedAt }, sku, quantity) => {
      const keys = [stockKey(sku), ledgerKey(sku, placedAt)]
      return restoreDeductionReply.parse(await script(scripts.deduction, keys, [orderId, quantity, attempt]))
    },

    ledgerLetter: async ({ orderId, placedAt }, sku) =>
      (await use((client) => client.hget(ledgerKey(sku, placedAt), orderId)))?.charAt(0),

    orderState: async (orderId) => (await use((client) => client.hget(orderKey(orderId), 'st'))) ?? undefined,

    numbersOf: async (sku) => {
      const names = ['rev', 'onHand', 'reserved', 'sold', 'received'] as const
      const fields = await use((client) => client.hmget(stockKey(sku), ...names))
      if (fields[0] === null) return undefined
      const [revision, onHand, reserved, sold, received] = numbers.parse(fields)
      return { revision, onHand, reserved, sold, received }
    },

    allSkus: () => use((client) => client.zrange(SKUS_KEY, 0, '-1')),
  }
}

/** The answer to a repeat of the adjustment, as `stock-adjust.lua` writes it. */
const adjustmentAnswer = ({ delta, reason, revision, onHand, reserved, sold }: StockEvent): string =>
  ['A', adjustmentFingerprint(delta, reason), revision, onHand, reserved, sold].join(':')

import { adjustmentFingerprint } from './adjustment.ts'
import type { MemoryOrderProgress } from './order-progress.memory.ts'
import type { MemoryStockItems } from './stock-items.memory.ts'
import type { MemoryStockLedger } from './stock-ledger.memory.ts'
import type { StockRebuild } from './stock-rebuild.ts'

export interface MemoryStockRebuildDeps {
  readonly stockItems: Pick<MemoryStockItems, 'records' | 'changes' | 'answers'>
  readonly ledger: Pick<MemoryStockLedger, 'entries'>
  readonly progress: Pick<MemoryOrderProgress, 'stateOf'>
}

export function createMemoryStockRebuild({
  stockItems,
  ledger,
  progress,
}: MemoryStockRebuildDeps): StockRebuild {
  const { records, changes, answers } = stockItems
  const { entries } = ledger
  return {
    restoreItem: async (event) => {
      const { sku, revision, name, priceMinor, currency, received, delta, reason, adjustmentId } = event
      const { onHand, reserved, sold } = event
      const item = records.get(sku)
      const fromLog = { name, priceMinor, currency, received, revision }
      changes.get(sku)?.delete(revision)
      if (adjustmentId !== undefined && !answers.has(`${sku} ${adjustmentId}`)) {
        const fingerprint = adjustmentFingerprint(delta, reason)
        answers.set(`${sku} ${adjustmentId}`, { fingerprint, revision, onHand, reserved, sold })
      }
      if (!item) {
        records.set(sku, { ...fromLog, onHand: received, reserved: 0, sold: 0, frozen: true })
        return 'CREATED'
      }
      if (revision <= item.revision) return 'ALREADY'
      records.set(sku, { ...item, ...fromLog, onHand: item.onHand + received - item.received })
      return 'UPDATED'
    },

    restoreDeduction: async ({ orderId }, sku, quantity) => {
      const item = records.get(sku)
      if (!item) return 'UNKNOWN_SKU'
      const entry = entries.get(`${sku} ${orderId}`)
      if (entry?.letter === 'D') return 'ALREADY'
      records.set(sku, {
        ...item,
        reserved: item.reserved - (entry?.letter === 'R' ? entry.quantity : 0),
        onHand: item.onHand - quantity,
        sold: item.sold + quantity,
      })
      entries.set(`${sku} ${orderId}`, { letter: 'D', quantity })
      return 'RESTORED'
    },

    ledgerLetter: async ({ orderId }, sku) => entries.get(`${sku} ${orderId}`)?.letter,
    orderState: async (orderId) => progress.stateOf(orderId),

    numbersOf: async (sku) => {
      const item = records.get(sku)
      if (!item) return undefined
      const { revision, onHand, reserved, sold, received } = item
      return { revision, onHand, reserved, sold, received }
    },

    allSkus: async () => [...records.keys()],
  }
}

import type { StockItem, StockItems } from './stock-items.ts'

export type MemoryItem = Omit<StockItem, 'sku' | 'available'>

export interface MemoryStockItems extends StockItems {
  /** The records by SKU, for a ledger that works on the same ones. */
  readonly items: Map<string, MemoryItem>
}

export function createMemoryStockItems(): MemoryStockItems {
  const items = new Map<string, MemoryItem>()
  return {
    items,

    find: async (sku) => {
      const item = items.get(sku)
      return item && { sku, ...item, available: item.onHand - item.reserved }
    },

    put: async (sku, record, precondition) => {
      const item = items.get(sku)
      if (!item) {
        if (precondition !== 'absent') return { outcome: 'PRECONDITION_FAILED' }
        items.set(sku, { ...record, reserved: 0, sold: 0, revision: 1 })
        return { outcome: 'CREATED' }
      }
      if (precondition === 'absent' || precondition.revision !== String(item.revision)) {
        return { outcome: 'PRECONDITION_FAILED' }
      }
      if (record.onHand < item.reserved) return { outcome: 'BELOW_RESERVED', reserved: item.reserved }
      items.set(sku, { ...item, ...record, revision: item.revision + 1 })
      return { outcome: 'UPDATED' }
    },
  }
}

import type { CatalogueItem } from './price-order.ts'
import type { StockHolds } from './stock-holds.ts'

interface Entry {
  readonly letter: 'R' | 'X'
  readonly quantity: number
  readonly attempt: number
}

export interface MemoryStockHolds extends StockHolds {
  /** What is free now, by SKU. */
  readonly available: () => Readonly<Record<string, number>>
  readonly setPrice: (sku: string, priceMinor: number) => void
}

/** Holds on a catalogue that starts without any. */
export function createMemoryStockHolds(catalogue: Readonly<Record<string, CatalogueItem>>): MemoryStockHolds {
  const items = new Map(Object.entries(catalogue))
  const ledger = new Map<string, Entry>()

  const addAvailable = (sku: string, quantity: number) => {
    const item = items.get(sku)
    if (item) items.set(sku, { ...item, available: item.available + quantity })
  }

  return {
    lookUp: async (skus) =>
      new Map(
        skus.flatMap((sku) => {
          const item = items.get(sku)
          return item ? [[sku, item] as const] : []
        }),
      ),

    reserve: async ({ orderId, attempt }, sku, quantity) => {
      const item = items.get(sku)
      if (!item) return { outcome: 'UNKNOWN_SKU' }
      const name = `${sku} ${orderId}`
      const entry = ledger.get(name)
      if (entry?.letter === 'R') {
        if (entry.quantity !== quantity) return { outcome: 'QTY_MISMATCH' }
        ledger.set(name, { ...entry, attempt: Math.max(attempt, entry.attempt) })
        return { outcome: 'ALREADY' }
      }
      if (entry && entry.attempt >= attempt) return { outcome: 'REFUSED' }
      if (item.available < quantity) return { outcome: 'INSUFFICIENT', available: item.available }
      addAvailable(sku, -quantity)
      ledger.set(name, { letter: 'R', quantity, attempt })
      return { outcome: 'OK' }
    },

    release: async ({ orderId, attempt }, sku, quantity) => {
      const name = `${sku} ${orderId}`
      const entry = ledger.get(name)
      if (entry && entry.attempt > attempt) return entry.letter === 'R' ? 'STALE' : 'ALREADY'
      if (entry?.letter === 'R') addAvailable(sku, entry.quantity)
      ledger.set(name, { letter: 'X', quantity: entry?.quantity ?? quantity, attempt })
      if (!entry) return 'TOMBSTONE'
      return entry.letter === 'R' ? 'RELEASED' : 'ALREADY'
    },

    available: () => Object.fromEntries([...items].map(([sku, item]) => [sku, item.available])),
    setPrice: (sku, priceMinor) => {
      const item = items.get(sku)
      if (item) items.set(sku, { ...item, priceMinor })
    },
  }
}

import type { MemoryItem } from './stock-items.memory.ts'
import type { Holder, StockLedger } from './stock-ledger.ts'

export interface LedgerEntry {
  readonly letter: 'R' | 'D' | 'X' | 'Z'
  readonly quantity: number
}

export interface MemoryStockLedger extends StockLedger {
  /** By SKU and order id. */
  readonly entries: Map<string, LedgerEntry>
  /** Holds stock as the order function does when it accepts. */
  readonly hold: (holder: Holder, sku: string, quantity: number) => Promise<void>
}

/** The ledger of the records in `records`, which it changes. */
export function createMemoryStockLedger(records: Map<string, MemoryItem>): MemoryStockLedger {
  const entries = new Map<string, LedgerEntry>()

  function change(sku: string, { reserved = 0, onHand = 0, sold = 0 }: Partial<MemoryItem>): void {
    const item = records.get(sku)
    if (!item) return
    records.set(sku, {
      ...item,
      reserved: item.reserved + reserved,
      onHand: item.onHand + onHand,
      sold: item.sold + sold,
    })
  }

  return {
    entries,

    hold: async ({ orderId }, sku, quantity) => {
      change(sku, { reserved: quantity })
      entries.set(`${sku} ${orderId}`, { letter: 'R', quantity })
    },

    deduct: async ({ orderId }, sku, quantity) => {
      const item = records.get(sku)
      if (!item) return 'UNKNOWN_SKU'
      const name = `${sku} ${orderId}`
      const entry = entries.get(name)
      if (entry?.letter === 'D') return 'ALREADY'
      if (entry && entry.letter !== 'R') return 'REFUSED'
      if (entry && entry.quantity !== quantity) return 'QTY_MISMATCH'
      if (!entry && item.onHand - item.reserved < quantity) return 'INSUFFICIENT'
      change(sku, { reserved: entry ? -quantity : 0, onHand: -quantity, sold: quantity })
      entries.set(name, { letter: 'D', quantity })
      return entry ? 'OK' : 'OK_DIRECT'
    },

    restock: async ({ orderId }, sku, quantity) => {
      const name = `${sku} ${orderId}`
      const entry = entries.get(name)
      if (entry?.letter === 'X' || entry?.letter === 'Z') return
      if (entry?.letter === 'R') change(sku, { reserved: -entry.quantity })
      if (entry?.letter === 'D') change(sku, { onHand: entry.quantity, sold: -entry.quantity })
      entries.set(name, {
        letter: entry?.letter === 'D' ? 'Z' : 'X',
        quantity: entry?.quantity ?? quantity,
      })
    },
  }
}

import type { Freeze } from './freeze.ts'
import type { MemoryItem } from './stock-items.memory.ts'

export function createMemoryFreeze(records: Map<string, MemoryItem>): Freeze {
  let isFrozen = false
  const setAll = (frozen: boolean): void => {
    for (const [sku, item] of records) records.set(sku, { ...item, frozen })
  }
  return {
    isFrozen: async () => isFrozen,
    isAnythingFrozen: async () => isFrozen || [...records.values()].some(({ frozen }) => frozen),
    start: async () => {
      isFrozen = true
      setAll(true)
    },
    end: async () => {
      const wasFrozen = isFrozen
      isFrozen = false
      setAll(false)
      return wasFrozen
    },
  }
}

import type { Freeze } from './freeze.ts'
import type { MemoryItem } from './stock-items.memory.ts'

export function createMemoryFreeze(items: Map<string, MemoryItem>): Freeze {
  let isFrozen = false
  const setAll = (frozen: boolean): void => {
    for (const [sku, item] of items) items.set(sku, { ...item, frozen })
  }
  return {
    isFrozen: async () => isFrozen,
    freeze: async () => {
      isFrozen = true
      setAll(true)
    },
    unfreeze: async () => {
      const wasFrozen = isFrozen
      isFrozen = false
      setAll(false)
      return wasFrozen
    },
  }
}

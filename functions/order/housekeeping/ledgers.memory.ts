import type { Ledgers } from './ledgers.ts'

export interface MemoryLedgers extends Ledgers {
  /** `<sku> <day>` -> the order that holds stock in it, if one does. */
  readonly entries: Map<string, string | undefined>
}

export function createMemoryLedgers(nowMs: () => number): MemoryLedgers {
  const entries = new Map<string, string | undefined>()
  let until: string | undefined
  return {
    entries,
    redisNowMs: async () => nowMs(),
    allSkus: async () => [...new Set([...entries.keys()].map((name) => name.split(' ')[0] ?? ''))],
    drop: async (sku, day) => {
      const heldBy = entries.get(`${sku} ${day}`)
      if (heldBy === undefined) entries.delete(`${sku} ${day}`)
      return { heldBy }
    },
    droppedUntil: async () => until,
    setDroppedUntil: async (day) => void (until = day),
  }
}

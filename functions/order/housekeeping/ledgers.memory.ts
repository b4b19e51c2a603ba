import type { Ledgers } from './ledgers.ts'

export interface MemoryLedgers extends Ledgers {
  /** `<sku> <day>` -> the order that holds stock in it, if one does. */
  readonly ledgers: Map<string, string | undefined>
}

export function createMemoryLedgers(nowMs: () => number): MemoryLedgers {
  const ledgers = new Map<string, string | undefined>()
  let until: string | undefined
  return {
    ledgers,
    redisNowMs: async () => nowMs(),
    allSkus: async () => [...new Set([...ledgers.keys()].map((name) => name.split(' ')[0] ?? ''))],
    dropLedger: async (sku, day) => {
      const heldBy = ledgers.get(`${sku} ${day}`)
      if (heldBy === undefined) ledgers.delete(`${sku} ${day}`)
      return { heldBy }
    },
    droppedUntil: async () => until,
    setDroppedUntil: async (day) => void (until = day),
  }
}

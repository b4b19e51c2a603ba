import { STOCK_ADJUSTED, type StockEvent } from './stock-event.ts'
import type { StockItem, StockItems } from './stock-items.ts'
import type { StockOutbox } from './stock-outbox.ts'

export interface MemoryItem extends Omit<StockItem, 'sku' | 'available'> {
  readonly received: number
  readonly frozen: boolean
}

interface AdjustmentAnswer {
  readonly fingerprint: string
  readonly revision: number
  readonly onHand: number
  readonly reserved: number
  readonly sold: number
}

export interface MemoryStockItems extends StockItems, StockOutbox {
  /** The records by SKU, for a ledger that works on the same ones. */
  readonly records: Map<string, MemoryItem>
  /** Changes that were not read back, by SKU and revision. */
  readonly changes: Map<string, Map<number, StockEvent>>
  /** Answers given, by SKU and key digest. */
  readonly answers: Map<string, AdjustmentAnswer>
}

/** Every changed SKU is due at once: leases are tested on Redis only. */
export function createMemoryStockItems(now: () => Date = () => new Date()): MemoryStockItems {
  const records = new Map<string, MemoryItem>()
  const changes = new Map<string, Map<number, StockEvent>>()
  const answers = new Map<string, AdjustmentAnswer>()
  const due = new Map<string, number>()

  function change(
    sku: string,
    item: MemoryItem,
    what: Pick<StockEvent, 'delta' | 'reason' | 'adjustmentId'>,
  ): void {
    const { revision, frozen: _frozen, ...record } = item
    records.set(sku, item)
    due.set(sku, (due.get(sku) ?? 0) + 1)
    const ofSku = changes.get(sku) ?? new Map<number, StockEvent>()
    changes.set(sku, ofSku)
    ofSku.set(revision, {
      schemaVersion: 1,
      type: STOCK_ADJUSTED,
      eventId: `${sku}:${revision}`,
      sku,
      revision,
      occurredAt: now().toISOString(),
      ...record,
      ...what,
    })
  }

  return {
    records,
    changes,
    answers,

    find: async (sku) => toItem(sku, records.get(sku)),

    list: async (after = '', limit) => {
      const skus = [...records.keys()]
        .sort()
        .filter((sku) => sku > after)
        .slice(0, limit)
      return {
        items: skus.flatMap((sku) => toItem(sku, records.get(sku)) ?? []),
        next: skus.length === limit ? skus.at(-1) : undefined,
      }
    },

    put: async (sku, record, precondition) => {
      const item = records.get(sku)
      if (!item) {
        if (precondition !== 'absent') return { outcome: 'PRECONDITION_FAILED' }
        const fresh = { reserved: 0, sold: 0, received: record.onHand, revision: 1, frozen: false }
        change(sku, { ...record, ...fresh }, { delta: record.onHand, reason: 'created' })
        return { outcome: 'CREATED' }
      }
      if (precondition === 'absent' || precondition.revision !== String(item.revision)) {
        return { outcome: 'PRECONDITION_FAILED' }
      }
      if (item.frozen) return { outcome: 'FROZEN' }
      if (record.onHand < item.reserved) return { outcome: 'BELOW_RESERVED', reserved: item.reserved }
      const delta = record.onHand - item.onHand
      const received = item.received + delta
      change(sku, { ...item, ...record, received, revision: item.revision + 1 }, { delta, reason: 'set' })
      return { outcome: 'UPDATED' }
    },

    adjust: async (sku, { id, fingerprint, delta, reason }) => {
      const item = records.get(sku)
      if (!item) return { outcome: 'UNKNOWN_SKU' }
      const answered = answers.get(`${sku} ${id}`)
      if (answered) {
        const { fingerprint: first, ...numbers } = answered
        return first === fingerprint ? { outcome: 'REPLAY', ...numbers } : { outcome: 'MISMATCH' }
      }
      if (item.frozen) return { outcome: 'FROZEN' }
      const onHand = item.onHand + delta
      if (onHand < item.reserved) return { outcome: 'BELOW_RESERVED', reserved: item.reserved }
      const adjusted = { ...item, onHand, received: item.received + delta, revision: item.revision + 1 }
      change(sku, adjusted, { delta, reason, adjustmentId: id })
      const { revision, reserved, sold } = adjusted
      answers.set(`${sku} ${id}`, { fingerprint, revision, onHand, reserved, sold })
      return { outcome: 'OK', revision, onHand, reserved, sold }
    },

    claimDue: async (limit) => [...due].slice(0, limit).map(([sku, dueMs]) => ({ sku, dueMs })),
    unread: async (sku) => [...(changes.get(sku)?.values() ?? [])],
    lookUp: async (sku, revision) => ({
      unread: changes.get(sku)?.get(revision),
      newest: records.get(sku)?.revision,
    }),
    readBack: async (sku, revision) => void changes.get(sku)?.delete(revision),
    settle: async ({ sku, dueMs }) => {
      if (due.get(sku) === dueMs) due.delete(sku)
    },
  }
}

function toItem(sku: string, item: MemoryItem | undefined): StockItem | undefined {
  if (!item) return undefined
  const { received: _received, frozen: _frozen, ...shown } = item
  return { sku, ...shown, available: item.onHand - item.reserved }
}

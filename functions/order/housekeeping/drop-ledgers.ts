import type { Log } from '../../../shared/logger.ts'
import { MEMORY_MS, ORDER_RETENTION_MS } from '../../../shared/orders/constants.ts'
import { chunk } from '../orders/chunk.ts'
import type { Ledgers } from './ledgers.ts'

const CHUNK = 100
const DAY_MS = 24 * 60 * 60_000

export interface DropLedgersDeps {
  readonly ledgers: Ledgers
  readonly log: Log
}

/** Drops the ledgers of days that no event can be about any more, day by day, until time runs out. */
export async function dropLedgers({ ledgers, log }: DropLedgersDeps, hasTime: () => boolean): Promise<void> {
  const nowMs = await ledgers.redisNowMs()
  const end = toDay(nowMs - MEMORY_MS)
  let day = (await ledgers.droppedUntil()) ?? toDay(nowMs - ORDER_RETENTION_MS)
  if (day >= end) return
  const skus = await ledgers.allSkus()
  for (; day < end; day = dayAfter(day)) {
    for (const group of chunk(skus, CHUNK)) {
      if (!hasTime()) return
      await Promise.all(group.map((sku) => dropLedger(sku, day)))
    }
    await ledgers.setDroppedUntil(dayAfter(day))
  }

  async function dropLedger(sku: string, day: string): Promise<void> {
    const { heldBy } = await ledgers.drop(sku, day)
    if (heldBy !== undefined)
      log.error('an old ledger still holds stock; it is kept', { sku, day, orderId: heldBy })
  }
}

const toDay = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10)
const dayAfter = (day: string): string => toDay(Date.parse(day) + DAY_MS)

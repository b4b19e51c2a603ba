import type { Log } from '../../../shared/logger.ts'
import { MEMORY_MS, ORDER_RETENTION_MS } from '../../../shared/orders/constants.ts'
import { inSlices } from '../orders/chunk.ts'
import type { Ledgers } from './ledgers.ts'

const SLICE = 100
const DAY_MS = 24 * 60 * 60_000

export interface DropLedgersDeps extends Ledgers {
  readonly log: Log
}

/** Drops the ledgers of days that no event can speak of any more, a day after the other, until time is up. */
export async function dropLedgers(deps: DropLedgersDeps, hasTime: () => boolean): Promise<void> {
  const nowMs = await deps.redisNowMs()
  const end = toDay(nowMs - MEMORY_MS)
  let day = (await deps.droppedUntil()) ?? toDay(nowMs - ORDER_RETENTION_MS)
  if (day >= end) return
  const skus = await deps.allSkus()
  for (; day < end; day = dayAfter(day)) {
    for (const slice of inSlices(skus, SLICE)) {
      if (!hasTime()) return
      await Promise.all(slice.map((sku) => dropOrReport(sku, day, deps)))
    }
    await deps.setDroppedUntil(dayAfter(day))
  }
}

async function dropOrReport(sku: string, day: string, { dropLedger, log }: DropLedgersDeps): Promise<void> {
  const { heldBy } = await dropLedger(sku, day)
  if (heldBy !== undefined)
    log.error('an old ledger still holds stock; it is kept', { sku, day, orderId: heldBy })
}

const toDay = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10)
const dayAfter = (day: string): string => toDay(Date.parse(day) + DAY_MS)

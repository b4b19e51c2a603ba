import type { OrderLine } from '../../../shared/orders/order-event.ts'
import type { Metrics } from '../orders/metrics.ts'
import { inSkuOrder } from '../orders/order.ts'
import type { Holder, StockHolds } from './stock-holds.ts'

export interface ReleaseLinesDeps {
  readonly holds: Pick<StockHolds, 'release'>
  readonly metrics: Metrics
}

/** Gives back what an attempt may hold of each line. Safe to repeat; a higher attempt's hold stays. */
export async function releaseLines(
  holder: Holder,
  lines: readonly OrderLine[],
  { holds, metrics }: ReleaseLinesDeps,
): Promise<void> {
  for (const { sku, quantity } of inSkuOrder(lines)) {
    const released = await holds.release(holder, sku, quantity)
    if (released === 'STALE') metrics.count('stale')
    if (released === 'TOMBSTONE') metrics.count('tombstones')
  }
}

import { AppError } from '../../../shared/errors.ts'
import type { OrderLine } from '../../../shared/orders/order-event.ts'
import type { ShortLine } from '../orders/order.ts'
import type { CatalogueItem } from './price-order.ts'
import type { Holder, StockHolds } from './stock-holds.ts'

export interface ReserveLinesDeps {
  readonly holds: Pick<StockHolds, 'reserve'>
}

/**
 * Holds the lines one after the other until one is short. Returns every line known to be short, none when all are held.
 * @throws AppError `order_unsettled` when a newer attempt has taken over.
 */
export async function reserveLines(
  holder: Holder,
  lines: readonly OrderLine[],
  catalogue: ReadonlyMap<string, CatalogueItem>,
  { holds }: ReserveLinesDeps,
): Promise<readonly ShortLine[]> {
  for (const [index, { sku, quantity }] of lines.entries()) {
    const reserved = await holds.reserve(holder, sku, quantity)
    switch (reserved.outcome) {
      case 'OK':
      case 'ALREADY':
        continue
      case 'INSUFFICIENT':
        return [
          { sku, requested: quantity, available: reserved.available },
          ...shortLines(lines.slice(index + 1), catalogue),
        ]
      case 'REFUSED':
      case 'QTY_MISMATCH':
      case 'UNKNOWN_SKU':
      case 'FROZEN':
        throw unsettled(`reserving ${sku} was answered ${reserved.outcome}`)
    }
  }
  return []
}

/** The lines that were short at the look-up, so that a client can fix them all at once. */
export const shortLines = (
  lines: readonly OrderLine[],
  catalogue: ReadonlyMap<string, CatalogueItem>,
): readonly ShortLine[] =>
  lines
    .map(({ sku, quantity }) => ({ sku, requested: quantity, available: catalogue.get(sku)?.available ?? 0 }))
    .filter(({ requested, available }) => available < requested)

/** Another attempt decides on this order now; a retry with the same key is answered with what became of it. */
export const unsettled = (reason: string): AppError =>
  new AppError(
    'unavailable',
    'order_unsettled',
    `The order is not settled yet (${reason}); retry with the same key.`,
    {
      headers: { 'retry-after': '1' },
    },
  )

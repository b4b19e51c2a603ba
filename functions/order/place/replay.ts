import { AppError } from '../../../shared/errors.ts'
import { type Order, parseOrder, parseShortLines, type ShortLine } from '../orders/order.ts'
import type { BeginResult } from '../orders/orders.ts'

/**
 * Answers a repeated request as the first one with its order id was answered.
 * @throws AppError `out_of_stock`, `request_in_progress` or `idempotency_key_reused`.
 */
export function replay(begun: Exclude<BeginResult, { outcome: 'NEW' }>): {
  readonly order: Order
  readonly published: boolean
} {
  switch (begun.outcome) {
    case 'REPLAY':
      if (begun.state === 'REJECTED') throw outOfStock(parseShortLines(begun.answer), true)
      return { order: parseOrder(begun.answer), published: begun.published }
    case 'IN_PROGRESS':
      throw inProgress(Math.ceil(begun.msLeft / 1000))
    case 'MISMATCH':
      throw new AppError(
        'conflict',
        'idempotency_key_reused',
        'This key belongs to an order with another body.',
        {
          status: 422,
        },
      )
  }
}

export const outOfStock = (lines: readonly ShortLine[], replayed: boolean): AppError =>
  new AppError('conflict', 'out_of_stock', `Out of stock: ${lines.map((line) => line.sku).join(', ')}`, {
    headers: replayed ? { 'idempotent-replayed': 'true' } : {},
    extensions: { lines },
  })

export const inProgress = (retryAfterSeconds: number): AppError =>
  new AppError('unavailable', 'request_in_progress', 'A request for this order is still running.', {
    status: 409,
    headers: { 'retry-after': String(retryAfterSeconds) },
  })

import { AppError } from '../../shared/errors.ts'
import type { AdjustResult, PutResult } from './stock-items.ts'

type Refusal = Exclude<
  PutResult | AdjustResult,
  { readonly outcome: 'CREATED' | 'UPDATED' | 'OK' | 'REPLAY' }
>

/** Why a SKU's record was not changed, as an error for the client. */
export function refusalOf(sku: string, refusal: Refusal): AppError {
  switch (refusal.outcome) {
    case 'PRECONDITION_FAILED':
      return new AppError(
        'conflict',
        'precondition_failed',
        'Send If-None-Match: * to create, or If-Match with the ETag to change.',
        { status: 412 },
      )
    case 'BELOW_RESERVED':
      return new AppError(
        'conflict',
        'stock_reserved',
        `Orders hold ${refusal.reserved} units; onHand cannot be less.`,
      )
    case 'UNKNOWN_SKU':
      return missingSku(sku)
    case 'MISMATCH':
      return new AppError(
        'conflict',
        'idempotency_key_reused',
        'This key belongs to another adjustment of the SKU.',
        { status: 422 },
      )
    case 'FROZEN':
      return frozen()
    case 'LATE':
      return new AppError(
        'unavailable',
        'stock_unsettled',
        'Redis was too slow; nothing was changed. Try again.',
        {
          headers: { 'retry-after': '1' },
        },
      )
  }
}

export const missingSku = (sku: string): AppError =>
  new AppError('not_found', 'sku_not_found', `There is no SKU ${sku}.`)

export const frozen = (): AppError =>
  new AppError('unavailable', 'stock_frozen', 'The stock is being rebuilt from the log; try again.', {
    headers: { 'retry-after': '5' },
  })

import { AppError } from '../../../shared/errors.ts'
import type { Orders } from '../orders/orders.ts'
import type { RefusalReasons, Refusals } from './refusals.ts'

export interface AdmitOrderDeps {
  readonly orders: Pick<Orders, 'find'>
  readonly refusals: Pick<Refusals, 'reasons'>
}

/** @throws AppError `frozen`, or `outbox_too_old` for an order that is not decided yet: a repeat is answered as before. */
export async function admitOrder(orderId: string, { orders, refusals }: AdmitOrderDeps): Promise<void> {
  const reasons = await refusals.reasons()
  refuseFrozen(reasons)
  if (reasons.backlogSeconds === 0) return
  const status = (await orders.find(orderId))?.order.status ?? 'RESERVING'
  if (status !== 'RESERVING' && status !== 'ABORTED') return
  throw new AppError(
    'unavailable',
    'outbox_too_old',
    `Kafka has taken no events for ${reasons.backlogSeconds} s; retry with the same key.`,
    { headers: { 'retry-after': '10' } },
  )
}

/** @throws AppError `frozen`. */
export function refuseFrozen({ frozen }: RefusalReasons): void {
  if (!frozen) return
  throw new AppError(
    'unavailable',
    'frozen',
    'The orders are being rebuilt from the log; retry with the same key.',
    { headers: { 'retry-after': '5' } },
  )
}

import { AppError } from '../../../shared/errors.ts'
import type { Orders } from '../orders/orders.ts'
import type { Reasons, Refusals } from './refusals.ts'

export type AdmitOrderDeps = Pick<Refusals, 'reasons'> & Pick<Orders, 'find'>

/** @throws AppError `frozen`, or `outbox_too_old` for an order that is not decided yet: a repeat is answered as before. */
export async function admitOrder(orderId: string, { reasons, find }: AdmitOrderDeps): Promise<void> {
  const found = await reasons()
  refuseFrozen(found)
  if (found.backlogSeconds === 0) return
  const status = (await find(orderId))?.order.status ?? 'RESERVING'
  if (status !== 'RESERVING' && status !== 'ABORTED') return
  throw new AppError(
    'unavailable',
    'outbox_too_old',
    `Kafka has taken no events for ${found.backlogSeconds} s; retry with the same key.`,
    { headers: { 'retry-after': '10' } },
  )
}

/** @throws AppError `frozen`. */
export function refuseFrozen({ frozen }: Reasons): void {
  if (!frozen) return
  throw new AppError(
    'unavailable',
    'frozen',
    'The orders are being rebuilt from the log; retry with the same key.',
    { headers: { 'retry-after': '5' } },
  )
}

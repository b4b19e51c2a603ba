import { AppError } from '../../shared/errors.ts'
import { type OrderEvent, PLACED } from '../../shared/orders/order-event.ts'
import type { ApplyResult, Counters } from './counters.ts'
import { toIncrements } from './increments.ts'

export interface CountEventDeps {
  readonly counters: Pick<Counters, 'applyOnce' | 'addCustomer'>
}

/**
 * Counts an order event once. Safe to repeat at any point. Returns whether it was counted now or before.
 * @throws AppError `counter_overflow`: nothing was counted, and no retry can help.
 */
export async function countEvent(
  event: OrderEvent,
  { counters }: CountEventDeps,
): Promise<Exclude<ApplyResult, 'OVERFLOW'>> {
  // Before the counting: a repeat after a crash in between adds the customer again, which changes nothing.
  if (event.type === PLACED) await counters.addCustomer(event.customerId)
  const applied = await counters.applyOnce(event, toIncrements(event))
  if (applied === 'OVERFLOW') {
    throw new AppError(
      'conflict',
      'counter_overflow',
      `A counter has no room for event ${event.eventId}. Move the counters of its shard aside, then redrive it.`,
    )
  }
  return applied
}

import { AppError } from '../../shared/errors.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { agrees } from './agrees.ts'

export interface StoreSays {
  /** The event that the order has under this sequence. */
  readonly stored: OrderEvent | undefined
  /** The order's first event. */
  readonly first: OrderEvent | undefined
  readonly now: Date
}

/** No clock of ours is that much ahead of another. */
const CLOCKS_DIFFER_MS = 60 * 60_000

export const LOOKS_FORGED = 'It looks forged: find out who may write to the topic, and discard this letter.'
export const LOOKS_LOST =
  'It looks as if Redis has lost writes: run npm run reconcile. If Redis has lost nothing, the record is forged, which reconcile would believe: discard this letter.'

/** Why a record's event is not applied: somebody forged it, or Redis has lost what it had written. */
export function eventNotInStore(event: OrderEvent, { stored, first, now }: StoreSays): AppError {
  const { eventId, orderId, sequence } = event
  const what = stored
    ? `Redis has another event under this sequence (differs: ${differences(event, stored).join(', ')})`
    : first
      ? `order ${orderId} has no event ${sequence}`
      : `Redis has no order ${orderId}`
  const isForged = isLikelyForged(event, first, now)
  return notInStore(
    eventId,
    what,
    isForged ? `${LOOKS_FORGED} npm run reconcile would believe the record.` : LOOKS_LOST,
  )
}

/** @param what why, as a clause @param looks what it looks like, and what to do, as sentences */
export function notInStore(eventId: string, what: string, looks: string): AppError {
  return new AppError('conflict', 'event_not_in_store', `Event ${eventId} was not applied: ${what}. ${looks}`)
}

/**
 * What an order is never changes. Lost writes can make events of it missing, or have it placed anew, perhaps for another price:
 * then the store has it from a later time.
 */
function isLikelyForged(event: OrderEvent, first: OrderEvent | undefined, now: Date): boolean {
  const placedMs = Date.parse(event.placedAt)
  if (placedMs > now.getTime() + CLOCKS_DIFFER_MS) return true
  return first !== undefined && placedMs >= Date.parse(first.placedAt) && !agrees(contentOf(event), first)
}

const contentOf = ({ customerId, email, currency, totalMinor, lines }: OrderEvent) => ({
  customerId,
  email,
  currency,
  totalMinor,
  lines,
})

function differences(event: OrderEvent, stored: OrderEvent): readonly string[] {
  const fields = new Map<string, unknown>(Object.entries(stored))
  return Object.entries(event).flatMap(([name, value]) => (agrees(value, fields.get(name)) ? [] : [name]))
}

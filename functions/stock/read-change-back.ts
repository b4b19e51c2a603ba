import { agrees } from './agrees.ts'
import { LOOKS_FORGED, LOOKS_LOST, notInStore } from './event-not-in-store.ts'
import type { StockEvent } from './stock-event.ts'
import type { StockOutbox } from './stock-outbox.ts'

/**
 * Notes that a change was read back from Kafka, if it is the one that was made: another one under its revision would end
 * the publishing of a change that the log does not have. @throws AppError `event_not_in_store`
 */
export async function readChangeBack(
  change: StockEvent,
  { lookUp, readBack }: Pick<StockOutbox, 'lookUp' | 'readBack'>,
): Promise<void> {
  const { sku, revision, eventId } = change
  const { unread, newest } = await lookUp(sku, revision)
  if (unread) {
    if (agrees(change, unread)) return readBack(sku, revision)
    throw notInStore(eventId, 'Redis has another change under this revision', looksOf(change, unread))
  }
  // It was read back before, and has no effect.
  if (newest !== undefined && revision <= newest) return
  const what = newest === undefined ? `Redis has no SKU ${sku}` : `SKU ${sku} has revision ${newest}`
  throw notInStore(eventId, what, LOOKS_LOST)
}

/** A change that Redis has lost was made before the one that took its revision. One made anew (a SKU's creation) differs in time only. */
function looksOf({ occurredAt, ...content }: StockEvent, unread: StockEvent): string {
  const isForged = !agrees(content, unread) && Date.parse(occurredAt) >= Date.parse(unread.occurredAt)
  const looks = isForged
    ? LOOKS_FORGED
    : 'It looks as if Redis has lost this change, or it is forged. If it is lost and its units are missing, adjust the stock by hand; then discard this letter.'
  // A rebuild restores only what is newer.
  return `${looks} npm run reconcile keeps what Redis has under a revision.`
}

import { agrees } from './agrees.ts'
import { notInStore } from './event-not-in-store.ts'
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
  const { sku, revision, eventId, occurredAt: _occurredAt, ...content } = change
  const { unread, newest } = await lookUp(sku, revision)
  if (unread) {
    if (agrees(change, unread)) return readBack(sku, revision)
    // A SKU that is created anew, after Redis has lost it, differs in its time only.
    throw notInStore(eventId, 'Redis has another change under this revision', !agrees(content, unread))
  }
  // It was read back before, and has no effect.
  if (newest !== undefined && revision <= newest) return
  const what = newest === undefined ? `Redis has no SKU ${sku}` : `SKU ${sku} has revision ${newest}`
  throw notInStore(eventId, what, false)
}

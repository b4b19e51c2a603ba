import { AppError } from '../errors.ts'
import { DEDUPE_HORIZON_MS } from './constants.ts'

/**
 * Refuses an event of which ledger or seen set may be dropped: it could be a repeat, and would take effect twice.
 * @param since ISO 8601; its day is that of the ledger or the seen set
 * @throws AppError `event_too_old`
 */
export function refuseTooOld(eventId: string, since: string, now: Date): void {
  if (now.getTime() - Date.parse(since) <= DEDUPE_HORIZON_MS) return
  throw new AppError(
    'invalid',
    'event_too_old',
    `Event ${eventId} is of ${since}: whether it was applied is no longer known. Apply it by hand if it was not.`,
  )
}

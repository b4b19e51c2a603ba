import { AppError } from '../errors.ts'
import { DEDUPE_HORIZON_MS } from './constants.ts'

/**
 * Parks an event whose traces may be dropped already: it could be a repeat, and would have its effect twice.
 * @param since ISO 8601: the time whose day its traces are kept under
 * @throws AppError `event_too_old`
 */
export function refuseTooOld(eventId: string, since: string, now: Date): void {
  if (now.getTime() - Date.parse(since) <= DEDUPE_HORIZON_MS) return
  throw new AppError(
    'invalid',
    'event_too_old',
    `Event ${eventId} is of ${since}: whether it came before is no longer known. Apply it by hand if it did not.`,
  )
}

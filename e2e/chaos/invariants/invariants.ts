import type { Evidence } from '../evidence/evidence.ts'
import { acceptedIsKept, noBrokenPromise, oneOrderPerKey, sameAnswer } from './client.ts'
import { acceptedIsLogged, committedIsApplied, countedOnce, sequencesHold } from './log.ts'
import { mailedOnce } from './mail.ts'
import { heldIsThere, nothingHeld, soldIsConfirmed, stockAddsUp } from './stock.ts'
import { comesToRest, keysStay } from './store.ts'

export interface Invariant {
  readonly id: string
  readonly says: string
  /** The violations, in words; none where it holds. */
  readonly violations: (evidence: Evidence) => readonly string[]
}

/** orders.md 1.11, in its order. */
export const INVARIANTS: readonly Invariant[] = [
  { id: 'I1', says: 'onHand + sold = received', violations: stockAddsUp },
  { id: 'I2', says: '0 <= reserved <= onHand', violations: heldIsThere },
  { id: 'I3', says: 'nothing is held when all is quiet', violations: nothingHeld },
  { id: 'I4', says: 'sold is what the confirmed orders say', violations: soldIsConfirmed },
  { id: 'I5', says: 'one order per key', violations: oneOrderPerKey },
  { id: 'I6', says: 'every accepted order ends confirmed or cancelled', violations: acceptedIsKept },
  { id: 'I7', says: 'cancelled only if a client asked', violations: noBrokenPromise },
  { id: 'I8', says: 'accepted orders are the placed events of the log', violations: acceptedIsLogged },
  { id: 'I9', says: 'counters are the events of the log', violations: countedOnce },
  { id: 'I10', says: 'each event is mailed at most once', violations: mailedOnce },
  { id: 'I11', says: "an order's events have no gap and keep their order", violations: sequencesHold },
  { id: 'I12', says: 'same key and body, same answer; other body, 422', violations: sameAnswer },
  { id: 'I13', says: 'intent, outbox, open and lag come to 0', violations: comesToRest },
  { id: 'I14', says: 'every key in its family, none with a time to live', violations: keysStay },
  { id: 'I15', says: 'what is committed is applied', violations: committedIsApplied },
]

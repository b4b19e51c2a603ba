import type { Evidence } from '../evidence/evidence.ts'
import { acceptedIsKept, noBrokenPromise, oneOrderPerKey, sameAnswer } from './client.ts'
import { acceptedIsLogged, committedIsApplied, countedOnce, sequencesHold } from './log.ts'
import { mailedOnce } from './mail.ts'
import { heldIsThere, nothingHeld, soldIsConfirmed, stockAddsUp } from './stock.ts'
import { comesToRest, keysStay } from './store.ts'

export interface Invariant {
  readonly id: string
  readonly statement: string
  /** The violations, in words; none when it holds. */
  readonly violations: (evidence: Evidence) => readonly string[]
}

/** docs/order-protocol.md 12, in its order. */
export const INVARIANTS: readonly Invariant[] = [
  { id: 'I1', statement: 'onHand + sold = received', violations: stockAddsUp },
  { id: 'I2', statement: '0 <= reserved <= onHand', violations: heldIsThere },
  { id: 'I3', statement: 'nothing is held when all is quiet', violations: nothingHeld },
  { id: 'I4', statement: 'sold is what the confirmed orders say', violations: soldIsConfirmed },
  { id: 'I5', statement: 'one order per key', violations: oneOrderPerKey },
  { id: 'I6', statement: 'every accepted order ends confirmed or cancelled', violations: acceptedIsKept },
  { id: 'I7', statement: 'cancelled only if a client asked', violations: noBrokenPromise },
  { id: 'I8', statement: 'accepted orders are the placed events of the log', violations: acceptedIsLogged },
  { id: 'I9', statement: 'counters are the events of the log', violations: countedOnce },
  { id: 'I10', statement: 'each event is mailed at most once', violations: mailedOnce },
  { id: 'I11', statement: "an order's events have no gap and keep their order", violations: sequencesHold },
  { id: 'I12', statement: 'same key and body, same answer; other body, 422', violations: sameAnswer },
  { id: 'I13', statement: 'intent, outbox, open and lag come to 0', violations: comesToRest },
  { id: 'I14', statement: 'every key in its family, none with a time to live', violations: keysStay },
  { id: 'I15', statement: 'what is committed is applied', violations: committedIsApplied },
]

/** What sending one message may take, from the name look-up to the last answer. */
export const SEND_BUDGET_MS = 5_000
/** Longer than the sending and the Redis calls around it, so that a lease that is over means a sender that is gone. */
export const CLAIM_LEASE_MS = 10_000

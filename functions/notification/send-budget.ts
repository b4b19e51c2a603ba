/** What setting up an SMTP session may take: name look-up, connection, greeting and TLS. */
export const CONNECT_BUDGET_MS = 2_000
/** What sending one message may take as a whole. */
export const SEND_BUDGET_MS = 5_000
/** Longer than the sending and the Redis calls around it, so that a lease that is over means a sender that is gone. */
export const CLAIM_LEASE_MS = 10_000

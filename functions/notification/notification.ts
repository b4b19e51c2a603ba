import * as z from 'zod'

export const status = z.enum(['SENDING', 'PENDING', 'SENT', 'FAILED', 'INDETERMINATE'])

export interface NotificationKey {
  readonly eventId: string
  readonly orderId: string
  readonly channel: string
}

/**
 * One event on one channel. `PENDING`: a retry sends it. `FAILED`: refused permanently. `INDETERMINATE`: nobody knows
 * whether it was sent, and it is not sent again.
 */
export interface Notification extends NotificationKey {
  readonly type: string
  readonly status: z.infer<typeof status>
  readonly to: string
  readonly subject: string
  /** First claim and last change, ISO 8601. */
  readonly claimedAt: string
  readonly updatedAt: string
  /** Why it is not sent. */
  readonly reason?: string
}

const isoTime = z.coerce
  .number()
  .int()
  .transform((ms) => new Date(ms).toISOString())
const stored = z.object({
  st: status,
  eventId: z.string(),
  orderId: z.string(),
  type: z.string(),
  channel: z.string(),
  to: z.string(),
  subject: z.string(),
  claimedAt: isoTime,
  updatedAt: isoTime,
  reason: z.string(),
})

/** The notification of a stored record; undefined when there is no such record. */
export function parseStored(fields: Readonly<Record<string, string>>): Notification | undefined {
  if (fields.st === undefined) return undefined
  const { st, reason, ...notification } = stored.parse(fields)
  return { ...notification, status: st, ...(reason && { reason }) }
}

import { toMessageId } from '../../../functions/notification/email.ts'
import type { Evidence } from '../evidence/evidence.ts'

const MAY_BE_MISSING = new Set(['INDETERMINATE', 'FAILED'])

/** I10: each event is mailed at most once, and an event without a mail is INDETERMINATE or FAILED. */
export function mailedOnce({ log, mails, redis }: Evidence): readonly string[] {
  const sent = Map.groupBy(mails, (messageId) => messageId)
  const status = new Map(redis.notifications.map((one) => [one.eventId, one.status]))
  const eventIds = new Set(log.map(({ eventId }) => eventId))
  const known = new Set<string>()
  const faults = [...eventIds].flatMap((eventId) => {
    const messageId = toMessageId(`${eventId}:email`)
    known.add(messageId)
    const count = sent.get(messageId)?.length ?? 0
    if (count > 1) return [`${eventId} was mailed ${count} times`]
    if (count === 1 || MAY_BE_MISSING.has(status.get(eventId) ?? '')) return []
    return [`${eventId} was never mailed and is ${status.get(eventId) ?? 'unknown'}`]
  })
  const strangers = [...sent.keys()].filter((messageId) => !known.has(messageId))
  return [...faults, ...strangers.map((messageId) => `the mail ${messageId} belongs to no event of the log`)]
}

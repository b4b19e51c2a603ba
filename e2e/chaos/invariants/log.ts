import type { Evidence } from '../evidence/evidence.ts'

type Check = (evidence: Evidence) => readonly string[]

const ACCEPTED = new Set(['ACCEPTED', 'CONFIRMED', 'CANCELLED'])
const TYPES = ['placed', 'confirmed', 'cancelled'] as const
const typeOf = (kind: (typeof TYPES)[number]) => `com.example.order.${kind}.v1`

const idsOf = ({ log }: Evidence, type: string) =>
  new Set(log.filter((event) => event.type === type).map(({ eventId }) => eventId))
const missing = (wanted: Iterable<string>, found: ReadonlySet<string>) =>
  [...wanted].filter((one) => !found.has(one))

/** I8: the log has a placed event for each accepted order, and for no other. */
export const acceptedIsLogged: Check = (evidence) => {
  const accepted = new Set(
    evidence.redis.orders.filter(({ status }) => ACCEPTED.has(status)).map(({ orderId }) => orderId),
  )
  const placed = new Set(
    evidence.log.filter(({ type }) => type === typeOf('placed')).map(({ orderId }) => orderId),
  )
  return [
    ...missing(accepted, placed).map(
      (orderId) => `${orderId} is accepted, but the log has no placed event of it`,
    ),
    ...missing(placed, accepted).map(
      (orderId) => `the log has a placed event of ${orderId}, which is not accepted`,
    ),
  ]
}

/** I9: what analytics has counted is what the log has, each event once. */
export const countedOnce: Check = (evidence) =>
  TYPES.flatMap((kind) => {
    const logged = idsOf(evidence, typeOf(kind)).size
    const counted = evidence.redis.counters[`orders:${kind}`] ?? 0
    return counted === logged ? [] : [`${kind}: ${counted} counted, ${logged} in the log`]
  })

/** I11: an order's events have no gap, and their first occurrences are in sequence. */
export const sequencesHold: Check = ({ log }) =>
  [...Map.groupBy(log, ({ orderId }) => orderId)].flatMap(([orderId, events]) => {
    // One order is in one partition, so offsets show which came first.
    const firsts = [...new Set(events.map(({ sequence }) => sequence))]
    const partitions = new Set(events.map(({ partition }) => partition))
    if (partitions.size > 1) return [`${orderId} is in partitions ${[...partitions].join(' and ')}`]
    return firsts.every((sequence, index) => sequence === index + 1)
      ? []
      : [`${orderId}: first occurrences are ${firsts.join(', ')}`]
  })

/** Services that read order-topic. */
const READERS = ['stock', 'notification', 'analytics']

/**
 * I15: all that is committed is applied: the order is settled, the event counted, the customer notified. What no function
 * can read is a dead letter of each.
 */
export const committedIsApplied: Check = ({ log, redis, hostile, deadLetters }) => {
  const counted = new Set(redis.counted)
  const notified = new Set(redis.notifications.map(({ eventId }) => eventId))
  const status = new Map(redis.orders.map((order) => [order.orderId, order.status]))
  const events = new Map(log.map((event) => [event.eventId, event]))
  const unapplied = [...events.values()].flatMap(({ eventId, orderId, type }) => {
    const faults = []
    if (!counted.has(eventId)) faults.push(`${eventId} is not counted`)
    if (!notified.has(eventId)) faults.push(`${eventId} has no notification`)
    if (type === typeOf('placed') && status.get(orderId) === 'ACCEPTED')
      faults.push(`${eventId} is not settled`)
    return faults
  })
  const expected = hostile.flatMap((of) =>
    READERS.map((name) => `order-topic.${name}.dlq has no letter of ${of}`),
  )
  const found = new Set(deadLetters.map(({ topic, of }) => `${topic} has no letter of ${of}`))
  const refused = deadLetters
    .filter(({ of }) => !hostile.includes(of))
    .map(({ topic, of }) => `${of} is an event, and a dead letter in ${topic}`)
  return [...unapplied, ...missing(expected, found), ...refused]
}

import * as z from 'zod'
import { AppError } from '../errors.ts'
import { currency, customerId, identifier, isoTime, listOf, sku, storedAddress } from '../fields.ts'
import { describeIssues } from '../issues.ts'
import { MAX_COUNT, MAX_LINES, MAX_PRICE_MINOR, MAX_QUANTITY, MAX_TOTAL_MINOR } from './constants.ts'

export const PLACED = 'com.example.order.placed.v1'
export const CONFIRMED = 'com.example.order.confirmed.v1'
export const CANCELLED = 'com.example.order.cancelled.v1'

export const orderState = z.enum(['RESERVING', 'ACCEPTED', 'CONFIRMED', 'CANCELLED', 'REJECTED', 'ABORTED'])
/** What each means: docs/order-protocol.md 2.1. */
export type OrderState = z.infer<typeof orderState>

// No event has more than a request can bring: whoever may write to the topic can forge one, but none that fills a counter,
// hits the key of another order or takes long to read.

const orderLine = z.object({
  sku,
  quantity: z.int().positive().max(MAX_QUANTITY),
  /** In the currency's minor unit, such as cents. */
  unitPriceMinor: z.int().nonnegative().max(MAX_PRICE_MINOR),
})

/** An event as it is stored: its id and sequence follow from the order and the field that holds it. */
const storedEvent = z.object({
  schemaVersion: z.literal(1),
  type: z.enum([PLACED, CONFIRMED, CANCELLED]),
  orderId: identifier(64),
  attempt: z.int().positive().max(MAX_COUNT),
  occurredAt: isoTime,
  placedAt: isoTime,
  customerId,
  email: storedAddress,
  currency,
  totalMinor: z.int().nonnegative().max(MAX_TOTAL_MINOR),
  lines: listOf(orderLine, MAX_LINES),
  /** Why an order was cancelled: `customer` or `stock_lost`. */
  reason: z.string().max(200).optional(),
  /** Of the request that placed the order. Sent as a header, so that a Redis rebuilt from the log can check repeats. */
  fingerprint: z.string().max(64).optional(),
})

const orderEvent = storedEvent
  .extend({ eventId: z.string(), sequence: z.int().positive().max(MAX_COUNT) })
  .refine(({ eventId, orderId, sequence }) => eventId === toEventId(orderId, sequence), {
    path: ['eventId'],
    error: 'must be the order id, a colon and the sequence',
  })

export type OrderLine = z.infer<typeof orderLine>
export type StoredEvent = z.infer<typeof storedEvent>
export type OrderEvent = z.infer<typeof orderEvent>

const toEventId = (orderId: string, sequence: number): string => `${orderId}:${sequence}`

/** The whole event, from what is stored under `sequence`. Deterministic, so publishing twice publishes the same event. */
export const toOrderEvent = (stored: StoredEvent, sequence: number): OrderEvent => ({
  ...stored,
  eventId: toEventId(stored.orderId, sequence),
  sequence,
})

export const parseStoredEvent = (text: string): StoredEvent => storedEvent.parse(JSON.parse(text))

/** @throws AppError `event_invalid` saying what is wrong: no retry can help such a record. */
export function parseOrderEvent(value: unknown): OrderEvent {
  const { data, error } = orderEvent.safeParse(value)
  if (error) throw new AppError('invalid', 'event_invalid', `Not an order event: ${describeIssues(error)}`)
  return data
}

import * as z from 'zod'
import { AppError } from '../errors.ts'

export const PLACED = 'com.example.order.placed.v1'
export const CONFIRMED = 'com.example.order.confirmed.v1'
export const CANCELLED = 'com.example.order.cancelled.v1'

export const orderState = z.enum(['RESERVING', 'ACCEPTED', 'CONFIRMED', 'CANCELLED', 'REJECTED', 'ABORTED'])
/** What each means: docs/order-protocol.md 2.1. */
export type OrderState = z.infer<typeof orderState>

const orderLine = z.object({
  sku: z.string().min(1),
  quantity: z.int().positive(),
  /** In the currency's minor unit, such as cents. */
  unitPriceMinor: z.int().nonnegative(),
})

/** An event as it is stored: its id and sequence follow from the order and the field that holds it. */
const storedEvent = z.object({
  schemaVersion: z.literal(1),
  type: z.enum([PLACED, CONFIRMED, CANCELLED]),
  orderId: z.string().min(1),
  attempt: z.int().positive(),
  occurredAt: z.iso.datetime(),
  placedAt: z.iso.datetime(),
  customerId: z.string().min(1),
  email: z.email(),
  currency: z.string().length(3),
  totalMinor: z.int().nonnegative(),
  lines: z.array(orderLine).min(1),
  /** Why an order was cancelled: `customer` or `stock_lost`. */
  reason: z.string().optional(),
  /** Of the request that placed the order. Travels as a header, and lets a Redis rebuilt from the log check repeats. */
  fingerprint: z.string().optional(),
})

const orderEvent = storedEvent.extend({ eventId: z.string().min(1), sequence: z.int().positive() })

export type OrderLine = z.infer<typeof orderLine>
export type StoredEvent = z.infer<typeof storedEvent>
export type OrderEvent = z.infer<typeof orderEvent>

/** The event stored under `sequence` of an order, whole again. Deterministic, so publishing twice is publishing the same. */
export const toOrderEvent = (stored: StoredEvent, sequence: number): OrderEvent => ({
  ...stored,
  eventId: `${stored.orderId}:${sequence}`,
  sequence,
})

export const parseStoredEvent = (text: string): StoredEvent => storedEvent.parse(JSON.parse(text))

/** @throws AppError `event_invalid` saying what is wrong: no retry can help such a record. */
export function parseOrderEvent(value: unknown): OrderEvent {
  const { data, error } = orderEvent.safeParse(value)
  if (error) throw new AppError('invalid', 'event_invalid', `Not an order event: ${z.prettifyError(error)}`)
  return data
}

import * as z from 'zod'
import { type OrderLine, orderState, type StoredEvent } from '../../../shared/orders/order-event.ts'

/** What the customer asked for, with the catalogue's prices: what is stored at `begin`. */
const pricedOrder = z.object({
  customerId: z.string(),
  email: z.string(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.number(), unitPriceMinor: z.number() })),
  currency: z.string(),
  totalMinor: z.number(),
})

export type PricedOrder = z.infer<typeof pricedOrder>

export const parsePricedOrder = (text: string): PricedOrder => pricedOrder.parse(JSON.parse(text))

/** Its members are in the order of a first answer, so that a repeat has the same bytes. */
const order = z.object({
  orderId: z.string(),
  status: orderState,
  ...pricedOrder.shape,
  placedAt: z.string(),
})

export type Order = z.infer<typeof order>

export const parseOrder = (text: string): Order => order.parse(JSON.parse(text))

const shortLine = z.object({ sku: z.string(), requested: z.number(), available: z.number() })

/** An order line that asks for more than is free. */
export type ShortLine = z.infer<typeof shortLine>

export const parseShortLines = (text: string): readonly ShortLine[] =>
  z.array(shortLine).parse(JSON.parse(text))

/** One order of SKUs everywhere, so that two orders for the same last units cannot both lose to each other. */
export const inSkuOrder = (lines: readonly OrderLine[]): readonly OrderLine[] =>
  lines.toSorted((one, other) => (one.sku < other.sku ? -1 : 1))

/** An event of an order, of which `occurredAt` is the time (ISO 8601). */
export const toStoredEvent = (
  { status: _status, ...order }: Order,
  attempt: number,
  what: Pick<StoredEvent, 'type' | 'occurredAt' | 'reason' | 'fingerprint'>,
): StoredEvent => ({ schemaVersion: 1, ...what, ...order, attempt })

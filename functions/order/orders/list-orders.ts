import * as z from 'zod'
import { customerId } from '../../../shared/fields.ts'
import { orderState } from '../../../shared/orders/order-event.ts'
import { invalidInput, parseInput } from '../../../shared/validation.ts'
import type { CustomerOrders, Position } from './customer-orders.ts'
import type { Order } from './order.ts'
import type { Orders } from './orders.ts'

/** Bounds one call: a rare status among thousands of orders gives a short, perhaps empty, page with a next one. */
const MAX_SCANNED = 1000

const query = z.strictObject({
  customerId,
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
  status: orderState.optional(),
})
const position = z.tuple([z.int(), z.string().min(1)])

export interface Page {
  readonly orders: readonly Order[]
  /** Query string of the next page; undefined on the last. */
  readonly next: string | undefined
}

export interface ListOrdersDeps {
  readonly orders: Pick<Orders, 'find'>
  readonly customerOrders: Pick<CustomerOrders, 'page'>
}

/** A customer's orders, newest first. Eventually consistent: an order is listed a moment after it is accepted. */
export async function listOrders(
  parameters: Readonly<Record<string, string | undefined>>,
  deps: ListOrdersDeps,
): Promise<Page> {
  const { cursor, ...asked } = parseInput(query, parameters)
  let after = cursor === undefined ? undefined : parseCursor(cursor)
  const orders: Order[] = []
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += asked.limit) {
    const positions = await deps.customerOrders.page(asked.customerId, asked.limit, after)
    const found = await Promise.all(positions.map(({ orderId }) => deps.orders.find(orderId)))
    for (const [at, one] of found.entries()) {
      after = positions[at]
      if (one && (asked.status ?? one.order.status) === one.order.status) orders.push(one.order)
      if (orders.length === asked.limit) break
    }
    if (orders.length === asked.limit) break
    if (positions.length < asked.limit) return { orders, next: undefined }
  }
  return { orders, next: after && toQuery({ ...asked, cursor: toCursor(after) }) }
}

function toQuery(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) search.set(name, String(value))
  return search.toString()
}

const toCursor = ({ placedMs, orderId }: Position): string =>
  Buffer.from(JSON.stringify([placedMs, orderId])).toString('base64url')

function parseCursor(cursor: string): Position {
  try {
    const [placedMs, orderId] = position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { placedMs, orderId }
  } catch {
    throw invalidInput([{ pointer: '/cursor', detail: 'is not one that a page has given' }])
  }
}

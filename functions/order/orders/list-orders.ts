import * as z from 'zod'
import { orderState } from '../../../shared/orders/order-state.ts'
import { customerId, invalidInput, parseInput } from '../../../shared/validation.ts'
import type { CustomerOrders, Position } from './customer-orders.ts'
import type { Order } from './order.ts'
import type { Orders } from './orders.ts'

/** Index entries looked at in one call: a rare status among thousands of orders gives an early, perhaps empty, page. */
const MOST_LOOKED_AT = 1000

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

export type ListOrdersDeps = Pick<CustomerOrders, 'page'> & Pick<Orders, 'find'>

/** A customer's orders, newest first. Eventually consistent: an order may come on the list a moment after it is accepted. */
export async function listOrders(
  parameters: Readonly<Record<string, string | undefined>>,
  { page, find }: ListOrdersDeps,
): Promise<Page> {
  const { cursor, ...asked } = parseInput(query, parameters)
  let after = cursor === undefined ? undefined : parseCursor(cursor)
  const orders: Order[] = []
  for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += asked.limit) {
    const positions = await page(asked.customerId, asked.limit, after)
    const found = await Promise.all(positions.map(({ orderId }) => find(orderId)))
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

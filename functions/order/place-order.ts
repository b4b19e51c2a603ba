import { toOrderEvent, type OrderEvent } from '../../shared/orders/order-event.ts'
import { inSkuOrder, toPlacedEvent, type Order, type PricedOrder, type ShortLine } from './order.ts'
import { fingerprint, type OrderRequest } from './order-request.ts'
import type { Orders } from './orders.ts'
import { priceOrder, type CatalogueItem } from './price-order.ts'
import { outOfStock, replay } from './replay.ts'
import { reserveLines, unsettled } from './reserve-lines.ts'
import type { Holder, StockHolds } from './stock-holds.ts'

export interface Deps extends Orders, StockHolds {
  /** Resolves to whether Kafka has the event within the time that a client can wait. Never rejects. */
  readonly publish: (event: OrderEvent) => Promise<boolean>
}

export interface Placement {
  readonly order: Order
  /** Whether Kafka has the order's first event: 201 if so, else 202 and the relay publishes it. */
  readonly published: boolean
  readonly replayed: boolean
}

/**
 * Places an order once: the intent first, then the stock, then acceptance together with the event. Repeating the call
 * repeats the answer. @throws AppError with a code of the table in this folder's README.
 */
export async function placeOrder(orderId: string, request: OrderRequest, deps: Deps): Promise<Placement> {
  const catalogue = await deps.lookUp(request.lines.map((line) => line.sku))
  const begun = await deps.begin(
    orderId,
    fingerprint(request),
    await price(orderId, request, catalogue, deps),
  )
  if (begun.outcome !== 'NEW') return { ...replay(begun), replayed: true }

  // A later attempt goes on with the prices and the time of the first.
  const { attempt, placedAt, priced } = begun
  const holder = { orderId, attempt, placedAt }
  const short = await reserveLines(holder, inSkuOrder(priced.lines), catalogue, deps)
  if (short.length > 0) return reject(holder, priced, short, deps)

  const order: Order = { orderId, status: 'ACCEPTED', ...priced, placedAt }
  const event = toPlacedEvent(order, attempt)
  if ((await deps.accept(attempt, JSON.stringify(order), event)) === 'FENCED')
    throw unsettled('its lease ran out')
  return { order, published: await deps.publish(toOrderEvent(event, 1)), replayed: false }
}

/** A repeated request is answered as the first was, even when prices have changed since and it would be refused now. */
async function price(
  orderId: string,
  request: OrderRequest,
  catalogue: ReadonlyMap<string, CatalogueItem>,
  { find }: Deps,
): Promise<PricedOrder> {
  try {
    return priceOrder(request, catalogue)
  } catch (error) {
    const found = await find(orderId)
    if (!found) throw error
    return found.order
  }
}

async function reject(
  holder: Holder,
  { lines }: PricedOrder,
  short: readonly ShortLine[],
  deps: Deps,
): Promise<never> {
  const rejected = await deps.reject(holder.orderId, holder.attempt, JSON.stringify(short))
  // Another attempt owns the stock now, so this one must not release it.
  if (rejected === 'FENCED') throw unsettled('its lease ran out')
  for (const { sku, quantity } of inSkuOrder(lines)) await deps.release(holder, sku, quantity)
  await deps.finish(holder.orderId, holder.attempt)
  throw outOfStock(short, false)
}

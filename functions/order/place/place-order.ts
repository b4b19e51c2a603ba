import { type OrderEvent, type OrderLine, PLACED, toOrderEvent } from '../../../shared/orders/order-event.ts'
import type { Intents } from '../orders/intents.ts'
import type { Metrics } from '../orders/metrics.ts'
import { inSkuOrder, type Order, type PricedOrder, type ShortLine, toStoredEvent } from '../orders/order.ts'
import type { Orders } from '../orders/orders.ts'
import { admitOrder } from './admit-order.ts'
import { fingerprint, type OrderRequest } from './order-request.ts'
import { type CatalogueItem, priceOrder } from './price-order.ts'
import type { Refusals } from './refusals.ts'
import { releaseLines } from './release-lines.ts'
import { outOfStock, replay } from './replay.ts'
import { reserveLines, shortLines, unsettled } from './reserve-lines.ts'
import type { Holder, StockHolds } from './stock-holds.ts'

export interface PlaceOrderDeps {
  readonly orders: Pick<Orders, 'begin' | 'accept' | 'reject' | 'find'>
  readonly holds: StockHolds
  readonly intents: Pick<Intents, 'finish'>
  readonly refusals: Pick<Refusals, 'reasons'>
  /** Resolves to whether Kafka has the event within the time that a client can wait. Never rejects. */
  readonly publish: (event: OrderEvent) => Promise<boolean>
  readonly metrics: Metrics
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
export async function placeOrder(
  orderId: string,
  request: OrderRequest,
  deps: PlaceOrderDeps,
): Promise<Placement> {
  const { orders, holds, metrics } = deps
  const [catalogue] = await Promise.all([
    holds.lookUp(request.lines.map((line) => line.sku)),
    admitOrder(orderId, deps),
  ])
  const requestFingerprint = fingerprint(request)
  const begun = await orders.begin(
    orderId,
    requestFingerprint,
    await price(orderId, request, catalogue, deps),
  )
  if (begun.outcome !== 'NEW') {
    metrics.count('replayed')
    return { ...replay(begun), replayed: true }
  }

  // A later attempt goes on with the prices and the time of the first.
  const { attempt, placedAt, priced } = begun
  const holder = { orderId, attempt, placedAt }
  const lines = inSkuOrder(priced.lines)
  // Nothing is held for a first attempt, so a line that was short at the look-up need not be reserved to know it, which
  // spares a hot SKU. A later attempt may hold the last units itself.
  const shortAtOnce = attempt === 1 ? shortLines(lines, catalogue) : []
  if (shortAtOnce.length > 0) return reject(holder, [], shortAtOnce, deps)
  const short = await reserveLines(holder, lines, catalogue, deps)
  if (short.length > 0) return reject(holder, lines, short, deps)

  const order: Order = { orderId, status: 'ACCEPTED', ...priced, placedAt }
  const what = { type: PLACED, occurredAt: placedAt, fingerprint: requestFingerprint } as const
  const event = toStoredEvent(order, attempt, what)
  if ((await orders.accept(attempt, JSON.stringify(order), event)) === 'FENCED') throw fenced(metrics)
  metrics.count('accepted')
  return { order, published: await deps.publish(toOrderEvent(event, 1)), replayed: false }
}

/** A repeat is answered as the first request was, even when prices have changed since and it would be refused now. */
async function price(
  orderId: string,
  request: OrderRequest,
  catalogue: ReadonlyMap<string, CatalogueItem>,
  { orders }: PlaceOrderDeps,
): Promise<PricedOrder> {
  try {
    return priceOrder(request, catalogue)
  } catch (error) {
    const found = await orders.find(orderId)
    if (!found) throw error
    return found.order
  }
}

/** Decides against the order, then gives back the lines that it may hold. */
async function reject(
  holder: Holder,
  held: readonly OrderLine[],
  short: readonly ShortLine[],
  deps: PlaceOrderDeps,
): Promise<never> {
  const rejected = await deps.orders.reject(holder.orderId, holder.attempt, JSON.stringify(short))
  // Another attempt owns the stock now, so this one must not release it.
  if (rejected === 'FENCED') throw fenced(deps.metrics)
  deps.metrics.count('rejected')
  await releaseLines(holder, held, deps)
  await deps.intents.finish(holder.orderId, holder.attempt)
  throw outOfStock(short, false)
}

function fenced(metrics: Metrics): Error {
  metrics.count('fenced')
  return unsettled('its lease ran out')
}

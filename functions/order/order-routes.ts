import { parseIdempotencyKey } from '../../shared/idempotency-key.ts'
import { json, type Route } from '../../shared/middleware/http-pipeline.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { publishEvent } from '../../shared/orders/publish-event.ts'
import { cancelOrder, type CancelOrderDeps, orderNotFound } from './cancel/cancel-order.ts'
import { listOrders, type ListOrdersDeps } from './orders/list-orders.ts'
import type { Orders } from './orders/orders.ts'
import { parseOrderRequest, toOrderId } from './place/order-request.ts'
import { placeOrder, type PlaceOrderDeps } from './place/place-order.ts'
import { announceEvent } from './publish/announce-events.ts'
import { type AcceptMode, requireDurable } from './settings.ts'

export type OrderRoutesDeps = Omit<PlaceOrderDeps, 'publish'> &
  CancelOrderDeps &
  ListOrdersDeps & {
    readonly orders: Pick<Orders, 'eventsOf'>
    readonly acceptMode: AcceptMode
  }

/** The routes of function.json. */
export function createOrderRoutes(deps: OrderRoutesDeps): Readonly<Record<string, Route>> {
  const { orders, outbox, log } = deps
  const publish = (event: OrderEvent) =>
    publishEvent(event, { send: (one) => announceEvent(one, deps), acknowledge: outbox.acknowledge, log })

  const place: Route = async ({ headers, body }) => {
    const key = parseIdempotencyKey(headers['idempotency-key'])
    const request = parseOrderRequest(body)
    const orderId = toOrderId(request, key)
    const { order, published, replayed } = await placeOrder(orderId, request, { ...deps, publish })
    requireDurable(published, deps.acceptMode)
    deps.metrics.flush()
    return json(published ? 201 : 202, published ? order : { ...order, eventPublished: false }, {
      location: `/orders/${orderId}`,
      ...(replayed && { 'idempotent-replayed': 'true' }),
      ...(!published && { 'retry-after': '1' }),
      // Without a key and an id of the client's own a repeated request is a new order; better it knows.
      ...(key === undefined &&
        request.orderId === undefined && { 'duplicate-detection': 'off; send Idempotency-Key' }),
    })
  }

  const get: Route = async ({ pathParameters }) => {
    const orderId = pathParameters?.orderId ?? ''
    const found = await orders.find(orderId)
    if (!found) throw orderNotFound(orderId)
    return json(200, found.order, { etag: `"${found.version}"` })
  }

  const cancel: Route = async ({ pathParameters }) => {
    const { order, version, published } = await cancelOrder(pathParameters?.orderId ?? '', deps)
    requireDurable(published, deps.acceptMode)
    return json(200, order, { etag: `"${version}"` })
  }

  const list: Route = async ({ queryStringParameters }) => {
    const page = await listOrders(queryStringParameters ?? {}, deps)
    const link = page.next === undefined ? {} : { link: `</orders?${page.next}>; rel="next"` }
    return json(200, { items: page.orders }, link)
  }

  const events: Route = async ({ pathParameters }) => {
    const orderId = pathParameters?.orderId ?? ''
    const [found, history] = await Promise.all([orders.find(orderId), orders.eventsOf(orderId)])
    if (!found) throw orderNotFound(orderId)
    return json(200, { items: history.map(({ fingerprint: _fingerprint, ...event }) => event) })
  }

  return {
    'POST /orders': place,
    'GET /orders': list,
    'GET /orders/{orderId}': get,
    'POST /orders/{orderId}/cancel': cancel,
    'GET /orders/{orderId}/events': events,
  }
}

import { AppError } from '../../shared/errors.ts'
import { parseIdempotencyKey } from '../../shared/idempotency-key.ts'
import type { Log } from '../../shared/logger.ts'
import { httpPipeline, json, type Route } from '../../shared/middleware/http-pipeline.ts'
import { MAX_BODY_BYTES } from '../../shared/orders/constants.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { publishEvent } from '../../shared/orders/publish-event.ts'
import { dispatch } from '../../shared/triggers.ts'
import { parseOrderRequest, toOrderId } from './order-request.ts'
import type { Orders } from './orders.ts'
import type { Outbox } from './outbox.ts'
import { placeOrder } from './place-order.ts'
import { relayEvents } from './relay-events.ts'
import type { StockHolds } from './stock-holds.ts'

/** Left for the answer when a scheduled run has to end. */
const RELAY_MARGIN_MS = 1500

export interface Deps extends Orders, StockHolds, Outbox {
  /** Resolves when Kafka has stored the event. */
  readonly send: (event: OrderEvent) => Promise<void>
  readonly log: Log
}

export function createOrderHandler(deps: Deps) {
  const publish = (event: OrderEvent) => publishEvent(event, deps)

  const place: Route = async ({ headers, body }) => {
    const key = parseIdempotencyKey(headers['idempotency-key'])
    const request = parseOrderRequest(body)
    const orderId = toOrderId(request, key)
    const { order, published, replayed } = await placeOrder(orderId, request, { ...deps, publish })
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
    const found = await deps.find(orderId)
    if (!found) throw new AppError('not_found', 'order_not_found', `There is no order ${orderId}.`)
    return json(200, found.order, { etag: `"${found.version}"` })
  }

  return dispatch({
    http: httpPipeline({
      log: deps.log,
      maxBodyBytes: MAX_BODY_BYTES,
      routes: { 'POST /orders': place, 'GET /orders/{orderId}': get },
    }),
    schedule: async (_event, context) => ({
      relayed: await relayEvents(deps, () => context.getRemainingTimeInMillis() > RELAY_MARGIN_MS),
    }),
  })
}

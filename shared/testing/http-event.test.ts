import { expect, test } from 'vitest'
import { httpEvent } from './http-event.ts'

test.each([
  ['GET', '/orders', 'GET /orders', undefined],
  ['GET', '/orders/ord_1', 'GET /orders/{orderId}', { orderId: 'ord_1' }],
  ['POST', '/orders/ord%201/cancel', 'POST /orders/{orderId}/cancel', { orderId: 'ord 1' }],
  ['DELETE', '/orders', 'DELETE /orders', undefined],
  ['GET', '/orders/', 'GET /orders/', undefined],
])('%s %s has the route key %s', (method, path, routeKey, pathParameters) => {
  const event = httpEvent({ method, path })
  expect(event).toMatchObject({ routeKey, requestContext: { routeKey } })
  expect(event.pathParameters).toEqual(pathParameters)
})

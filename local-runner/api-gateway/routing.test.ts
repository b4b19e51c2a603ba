import { expect, test } from 'vitest'
import { createRouting } from './routing.ts'

const keys = [
  '$default',
  'ANY /{proxy+}',
  'GET /pets/{proxy+}',
  'ANY /pets/dog/{id}',
  'GET /pets/dog/{id}',
  'GET /pets/dog/1',
]

test.each([
  ['GET', '/pets/dog/1', 'GET /pets/dog/1', undefined],
  ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
  ['PUT', '/pets/dog/2', 'ANY /pets/dog/{id}', { id: '2' }],
  ['GET', '/pets/cat/3/toys', 'GET /pets/{proxy+}', { proxy: 'cat/3/toys' }],
  ['POST', '/pets/cat', 'ANY /{proxy+}', { proxy: 'pets/cat' }],
  ['GET', '/', '$default', undefined],
  ['GET', '/pets/a%20b', 'GET /pets/{proxy+}', { proxy: 'a b' }],
])('[4.2] %s %s takes the route %s', (method, path, routeKey, pathParameters) => {
  expect(createRouting(keys)(method, path)).toEqual({ routeKey, ...(pathParameters && { pathParameters }) })
})

test('[4.2] a path that no route has is not found, and neither is a trailing slash or another case', () => {
  const find = createRouting(['GET /orders/{orderId}', 'POST /orders'])
  expect(find('GET', '/orders')).toBeUndefined()
  expect(find('POST', '/orders/')).toBeUndefined()
  expect(find('POST', '/Orders')).toBeUndefined()
  expect(find('GET', '/orders/')).toBeUndefined()
})

test('[4.2] the order in which routes are configured does not matter', () => {
  expect(createRouting([...keys].reverse())('GET', '/pets/dog/1')?.routeKey).toBe('GET /pets/dog/1')
})

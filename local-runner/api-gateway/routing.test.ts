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
  ['GET', '/', 'ANY /{proxy+}', { proxy: '' }],
  ['GET', '/pets/', 'GET /pets/{proxy+}', { proxy: '' }],
  ['GET', '/pets', 'ANY /{proxy+}', { proxy: 'pets' }],
  ['GET', '/pets/100%', 'GET /pets/{proxy+}', { proxy: '100%' }],
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

test.each(['/{proxy+}', '/{id}'])('[4.2] the root has the route %s when it has no other', (path) => {
  const name = path.includes('+') ? 'proxy' : 'id'
  const found = { routeKey: `GET ${path}`, pathParameters: { [name]: '' } }
  expect(createRouting([`GET ${path}`])('GET', '/')).toEqual(found)
  expect(createRouting([`GET ${path}`, 'ANY /'])('GET', '/')).toEqual({ routeKey: 'ANY /' })
})

test('[4.2] a full match goes before a greedy one, even with fewer static segments', () => {
  const find = createRouting(['GET /pets/{proxy+}', 'GET /{a}/{b}'])
  expect(find('GET', '/pets/1')?.routeKey).toBe('GET /{a}/{b}')
  expect(find('GET', '/pets/1/toys')?.routeKey).toBe('GET /pets/{proxy+}')
})

import { expect, test } from 'vitest'
import { serve } from '../testing/serve.ts'
import { apiSettings } from './api-settings.ts'
import { createCors } from './cors.ts'
import { createHttpEntry } from './http-entry.ts'
import { unauthorized } from './http-response.ts'
import { createRouting } from './routing.ts'

const SHOP = 'https://shop.example.org'
const settings = {
  allowOrigins: [SHOP, 'http://*'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type'],
  exposeHeaders: ['x-order'],
  maxAge: 300,
  allowCredentials: true,
}

async function serveWith(
  cors: unknown,
  routeKeys = ['POST /orders'],
  guarded: string | undefined = undefined,
) {
  const api = apiSettings.parse({ stage: '$default', cors })
  const calls: string[] = []
  const { url } = await serve(
    createHttpEntry({
      findRoute: createRouting(routeKeys),
      gateway: api,
      cors: api.cors && createCors(api.cors),
      authorizerOf: (routeKey) =>
        routeKey === guarded ? async () => ({ refusal: unauthorized([], undefined) }) : undefined,
      invoke: async (payload) => {
        calls.push(payload)
        const headers = { 'access-control-allow-origin': 'https://of-the-function', 'x-order': '1' }
        return { outcome: 'success', payload: JSON.stringify({ statusCode: 200, headers }) }
      },
      integrationTimeoutMs: 30_000,
      onInvalidAnswer: () => undefined,
    }),
  )
  // fetch would not let a test set Origin and the Access-Control-Request headers in a browser; Node's does.
  const ask = async (method: string, headers: Record<string, string>) => {
    const response = await fetch(`${url}/orders`, { method, headers })
    const cors = [...response.headers].filter(([name]) => name.startsWith('access-control-'))
    return { status: response.status, cors: Object.fromEntries(cors), body: await response.text() }
  }
  return { ask, calls }
}

const preflight = (origin: string) => ({ origin, 'access-control-request-method': 'POST' })

test('[4.4] the gateway answers a preflight itself, without an OPTIONS route and without the function', async () => {
  const { ask, calls } = await serveWith(settings)
  expect(await ask('OPTIONS', preflight(SHOP))).toEqual({
    status: 204,
    cors: {
      'access-control-allow-origin': SHOP,
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-expose-headers': 'x-order',
      'access-control-max-age': '300',
      'access-control-allow-credentials': 'true',
    },
    body: '',
  })
  expect(calls).toEqual([])
})

test('[4.4] the gateway’s CORS headers stand in place of the function’s', async () => {
  const { ask } = await serveWith(settings)
  expect(await ask('POST', { origin: SHOP })).toMatchObject({
    status: 200,
    cors: {
      'access-control-allow-origin': SHOP,
      'access-control-expose-headers': 'x-order',
      'access-control-allow-credentials': 'true',
    },
  })
  expect((await ask('POST', {})).cors).toEqual({})
  expect((await ask('GET', { origin: SHOP })).cors).toMatchObject({ 'access-control-allow-origin': SHOP })
})

test.each([
  ['http://anything.example', 'http://anything.example'],
  ['https://other.example', undefined],
  ['null', undefined],
])('[4.4] the origin %s is answered with %s', async (origin, allowed) => {
  const { ask } = await serveWith(settings)
  expect((await ask('POST', { origin })).cors['access-control-allow-origin']).toBe(allowed)
  expect((await ask('OPTIONS', preflight(origin))).status).toBe(204)
})

test('[4.4] the origin * allows every origin', async () => {
  const { ask } = await serveWith({ allowOrigins: ['*'] })
  expect((await ask('POST', { origin: SHOP })).cors).toEqual({ 'access-control-allow-origin': '*' })
})

test('[4.4] an authorizer of $default keeps preflights too, but for an open OPTIONS /{proxy+}', async () => {
  const { ask } = await serveWith(settings, ['$default'], '$default')
  expect((await ask('OPTIONS', preflight(SHOP))).status).toBe(401)
  const open = await serveWith(settings, ['$default', 'OPTIONS /{proxy+}'], '$default')
  expect((await open.ask('OPTIONS', preflight(SHOP))).status).toBe(204)
  const another = await serveWith(settings, ['$default', 'POST /orders'], 'POST /orders')
  expect((await another.ask('OPTIONS', preflight(SHOP))).status).toBe(204)
})

test('[4.4] an OPTIONS request that is no preflight takes a route', async () => {
  const { ask, calls } = await serveWith(settings, ['OPTIONS /orders'])
  expect((await ask('OPTIONS', { origin: SHOP })).status).toBe(200)
  expect(calls).toHaveLength(1)
})

test('[4.4] without CORS settings OPTIONS is an ordinary route, and the function’s headers go out', async () => {
  const { ask } = await serveWith(undefined, ['OPTIONS /orders'])
  expect(await ask('OPTIONS', preflight(SHOP))).toMatchObject({
    status: 200,
    cors: { 'access-control-allow-origin': 'https://of-the-function' },
  })
})

test('[4.4] credentials together with the origin * are refused, as by AWS', () => {
  const cors = { allowOrigins: ['*'], allowCredentials: true }
  expect(() => apiSettings.parse({ stage: '$default', cors })).toThrow('API Gateway refuses allowCredentials')
})

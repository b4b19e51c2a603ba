import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { apiSettings } from '../api-gateway/api-settings.ts'
import { createHealth, createHealthEndpoint } from '../health/health.ts'
import type { InvocationResult, Invoke } from '../lambda/invocation.ts'
import { serve } from '../testing/serve.ts'
import { createFunctionListener } from './function-listener.ts'

const success = (value: unknown): InvocationResult => ({ outcome: 'success', payload: JSON.stringify(value) })
const echo = async (payload: string): Promise<InvocationResult> => ({ outcome: 'success', payload })
const boom = {
  outcome: 'function-error',
  error: { errorType: 'Error', errorMessage: 'boom', trace: ['Error: boom'] },
} as const satisfies InvocationResult
const throttled: InvocationResult = { outcome: 'throttled', reason: 'full' }

const serveFunction = (invoke: Invoke, health = createHealth(), api: unknown = { stage: '$default' }) =>
  serve(
    createFunctionListener({
      routeKeys: ['POST /orders', 'GET /orders/{orderId}'],
      api: apiSettings.parse(api),
      authorizerOf: () => undefined,
      invoke,
      health: createHealthEndpoint(health),
      onInvalidAnswer: () => undefined,
      lambdaApi: async (_, response) => void response.writeHead(299).end(),
    }),
  )

test('[4.1] a request becomes an event and the answer a response', async () => {
  const { url } = await serveFunction(echo)
  const response = await fetch(`${url}/orders/o%2D1?a=1`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('apigw-requestid')).toMatch(/^[\w+/]{15}=$/)
  expect(await response.json()).toMatchObject({
    routeKey: 'GET /orders/{orderId}',
    pathParameters: { orderId: 'o-1' },
  })
})

test.each([
  ['a path without a route', '/nope', success(1), 404, 'Not Found'],
  ['a malformed path', '/orders/%E0%A4%A', success(1), 400, 'Bad Request'],
  ['a malformed path outside every route', '/%', success(1), 400, 'Bad Request'],
  ['a function error', '/orders/1', boom, 500, 'Internal Server Error'],
  ['a throttled call', '/orders/1', throttled, 503, 'Service Unavailable'],
])('[4.3] [6.14] %s: %s', async (_, path, result, status, message) => {
  const { url } = await serveFunction(async () => result)
  const response = await fetch(url + path)
  expect(response.status).toBe(status)
  expect(response.headers.get('apigw-requestid')).toMatch(/^[\w+/]{15}=$/)
  expect(await response.json()).toEqual({ message })
})

test('a call that a failed build answers gets what the build says, as text', async () => {
  const buildFailure = 'The build failed.\n\nfunctions/tried/a.ts:1:2:\n'
  const { url } = await serveFunction(async () => ({ ...boom, buildFailure }))
  const response = await fetch(`${url}/orders/1`)
  expect(response.status).toBe(500)
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(await response.text()).toBe(buildFailure)
})

test.each([
  ['over 6 MB once it is an event', 6 * 1024 * 1024, 413],
  ['over 10 MB', 10 * 1024 * 1024 + 1, 413],
  ['of 5 MB', 5 * 1024 * 1024, 200],
])('[4.3] [6.15] a body %s is answered %s', async (_, size, status) => {
  const { url } = await serveFunction(async () => success({ statusCode: 200 }))
  const headers = { 'content-type': 'text/plain' }
  const response = await fetch(`${url}/orders`, { method: 'POST', headers, body: 'x'.repeat(size) })
  expect(response.status).toBe(status)
})

test('[4.3] the gateway takes 10 MB, and looks no further when there is more', async () => {
  const { url } = await serveFunction(async () => success(1))
  const statusOf = async (size: number) =>
    (await fetch(`${url}/nope`, { method: 'POST', body: 'x'.repeat(size) })).status
  expect([await statusOf(10 * 1024 * 1024), await statusOf(10 * 1024 * 1024 + 1)]).toEqual([404, 413])
})

test('[4.3] cookies come as one header each, and a 204 has no body', async () => {
  const { url } = await serveFunction(async () => success({ statusCode: 204, cookies: ['a=1', 'b=2'] }))
  const response = await fetch(`${url}/orders`, { method: 'POST' })
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(response.status).toBe(204)
  expect(await response.text()).toBe('')
})

test('[4.3] the gateway waits 30 s for the function', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const called = Promise.withResolvers<void>()
  const { url } = await serveFunction(() => {
    called.resolve()
    return new Promise(() => undefined)
  })
  let status: number | undefined
  const answered = fetch(`${url}/orders/1`).then((response) => (status = response.status))
  await called.promise
  await vi.advanceTimersByTimeAsync(29_999)
  // Were it answered, its answer would be here before these.
  for (const path of ['/health/live', '/health/ready']) await fetch(url + path)
  expect(status).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1)
  expect(await answered).toBe(503)
})

test('[4.3] headers over 10,240 bytes are refused', async () => {
  const { url } = await serveFunction(echo)
  const response = await fetch(`${url}/orders/1`, { headers: { 'x-long': 'x'.repeat(10_240) } })
  expect(response.status).toBe(431)
})

test('a client that leaves cancels nothing and harms nothing', async () => {
  const called = Promise.withResolvers<void>()
  const held = Promise.withResolvers<InvocationResult>()
  const { url, port, errors } = await serveFunction((payload) => {
    called.resolve()
    return payload.includes('"/orders/1"') ? held.promise : echo(payload)
  })
  const leaving = request(`${url}/orders/1`).on('error', () => undefined)
  leaving.end()
  await called.promise
  leaving.destroy()
  const halfSent = connect(port, '127.0.0.1', () =>
    halfSent.write('POST /orders HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nab'),
  )
  await expect.poll(() => halfSent.bytesWritten).toBeGreaterThan(0)
  halfSent.destroy()
  held.resolve(boom)
  expect((await fetch(`${url}/orders/2`)).status).toBe(200)
  expect(errors).toEqual([])
})

test('a stopping server finishes the request in flight and takes no other', async () => {
  const called = Promise.withResolvers<void>()
  const held = Promise.withResolvers<InvocationResult>()
  const { url, stop } = await serveFunction(() => {
    called.resolve()
    return held.promise
  })
  const inFlight = fetch(`${url}/orders/1`)
  await called.promise
  const stopped = stop()
  await expect(fetch(`${url}/orders/2`)).rejects.toThrow()
  held.resolve(success('done'))
  expect(await (await inFlight).text()).toBe('done')
  await stopped
})

test('health: live at once, ready when every check passes', async () => {
  const health = createHealth()
  health.setCheck('start', () => ({ ok: false, detail: 'starting' }))
  const { url } = await serveFunction(echo, health)
  expect((await fetch(`${url}/health/live`)).status).toBe(200)
  const notYet = await fetch(`${url}/health/ready`)
  expect(notYet.status).toBe(503)
  expect(await notYet.json()).toEqual({
    status: 'not ready',
    checks: { start: { ok: false, detail: 'starting' } },
  })
  health.setCheck('start', () => ({ ok: true }))
  expect((await fetch(`${url}/health/ready`)).status).toBe(200)
})

test('[4.2] routes are matched on the decoded path, which a decoded question mark ends', async () => {
  const { url } = await serveFunction(echo)
  expect((await fetch(`${url}/orders/a%2Fb`)).status).toBe(404)
  const response = await fetch(`${url}/%6Frders/me%3Fadmin=true?a=1`)
  expect(await response.json()).toMatchObject({
    routeKey: 'GET /orders/{orderId}',
    rawPath: '/orders/me',
    rawQueryString: 'a=1',
    pathParameters: { orderId: 'me' },
    requestContext: { http: { path: '/orders/me' } },
  })
})

test('paths of the Lambda API go to it, whatever the stage', async () => {
  const { url } = await serveFunction(echo, createHealth(), { stage: 'prod' })
  for (const path of ['functions', 'functions/order/invocations?Qualifier=1', 'layers', 'no-such-thing']) {
    expect((await fetch(`${url}/2015-03-31/${path}`)).status).toBe(299)
  }
  expect((await fetch(`${url}/2026-01-05/functions`)).status).toBe(404)
})

test('[4.2] a named stage comes first in the path; outside it there is nothing', async () => {
  const { url } = await serveFunction(echo, createHealth(), { stage: 'prod' })
  const response = await fetch(`${url}/prod/orders/1`)
  expect(await response.json()).toMatchObject({
    routeKey: 'GET /orders/{orderId}',
    rawPath: '/prod/orders/1',
    pathParameters: { orderId: '1' },
  })
  expect((await fetch(`${url}/pr%6Fd/orders/1`)).status).toBe(200)
  for (const path of ['/orders/1', '/test/orders/1', '/production/orders/1', '/prod']) {
    const outside = await fetch(url + path)
    expect(outside.status).toBe(404)
    expect(await outside.json()).toEqual({ message: 'Not Found' })
  }
})

test('[4.1] a trace that the client began goes on in the event and in the invocation', async () => {
  const traces: (string | undefined)[] = []
  const { url } = await serveFunction(async (payload, options) => {
    traces.push(options?.traceId)
    return echo(payload)
  })
  const root = 'Root=1-5e9f0c65-1de4d666d4dd26aced652b6c'
  const sent = `${root};Parent=53995c3f42cd8ad8;Sampled=1`
  const headers = { 'x-amzn-trace-id': sent, traceparent: '00-1-2-01' }
  const event: unknown = await (await fetch(`${url}/orders/1`, { headers })).json()
  expect(event).toMatchObject({ headers })
  expect(traces).toEqual([sent])
  await fetch(`${url}/orders/1`, { headers: { 'x-amzn-trace-id': root } })
  expect(traces[1]).toMatch(new RegExp(`^${root};Parent=[0-9a-f]{16};Sampled=0$`))
})

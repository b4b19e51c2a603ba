import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import type { InvocationResult } from '../invocation.ts'
import { createHealth, createHealthEndpoint } from '../health.ts'
import { serve } from '../testing/serve.ts'
import { createFunctionListener } from './function-listener.ts'

const success = (value: unknown): InvocationResult => ({ outcome: 'success', payload: JSON.stringify(value) })
const echo = async (payload: string): Promise<InvocationResult> => ({ outcome: 'success', payload })
const boom: InvocationResult = {
  outcome: 'function-error',
  error: { errorType: 'Error', errorMessage: 'boom', trace: ['Error: boom'] },
}
const throttled: InvocationResult = { outcome: 'throttled', reason: 'full' }

const serveFunction = (invoke: (payload: string) => Promise<InvocationResult>, health = createHealth()) =>
  serve(
    createFunctionListener({
      functionName: 'order',
      routeKeys: ['POST /orders', 'GET /orders/{orderId}'],
      invoke,
      health: createHealthEndpoint(health),
    }),
  )

test('a request becomes an event and the answer a response', async () => {
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
  ['a function error', '/orders/1', boom, 500, 'Internal Server Error'],
  ['a throttled call', '/orders/1', throttled, 503, 'Service Unavailable'],
])('%s: %s', async (_, path, result, status, message) => {
  const { url } = await serveFunction(async () => result)
  const response = await fetch(url + path)
  expect(response.status).toBe(status)
  expect(await response.json()).toEqual({ message })
})

test.each([
  ['over 6 MB once it is an event', 6 * 1024 * 1024, 413],
  ['over 10 MB', 10 * 1024 * 1024 + 1, 413],
  ['of 5 MB', 5 * 1024 * 1024, 200],
])('a body %s is answered %s', async (_, size, status) => {
  const { url } = await serveFunction(async () => success({ statusCode: 200 }))
  const headers = { 'content-type': 'text/plain' }
  const response = await fetch(`${url}/orders`, { method: 'POST', headers, body: 'x'.repeat(size) })
  expect(response.status).toBe(status)
})

test('cookies come as one header each, and a 204 has no body', async () => {
  const { url } = await serveFunction(async () => success({ statusCode: 204, cookies: ['a=1', 'b=2'] }))
  const response = await fetch(`${url}/orders`, { method: 'POST' })
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(response.status).toBe(204)
  expect(await response.text()).toBe('')
})

test('headers over 10,240 bytes are refused', async () => {
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

/** Stands for the text itself, which as a title's argument would stop the test runner. */
const TOO_LARGE = 'a body over 6 MB'

const invoke = (url: string, name: string, body?: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers,
    ...(body !== undefined && { body }),
  })

test('the invoke endpoint answers as the Lambda API', async () => {
  const { url } = await serveFunction(echo)
  for (const name of [
    'order',
    'order:$LATEST',
    encodeURIComponent('arn:aws:lambda:us-east-1:000000000000:function:order'),
  ]) {
    const response = await invoke(url, name, '{"a":1}')
    expect(response.status).toBe(200)
    expect(response.headers.get('x-amz-executed-version')).toBe('$LATEST')
    expect(response.headers.get('x-amz-function-error')).toBeNull()
    expect(await response.text()).toBe('{"a":1}')
  }
  expect(await (await invoke(url, 'order')).text()).toBe('{}')
})

test('a function error is 200 with X-Amz-Function-Error: Unhandled', async () => {
  const { url } = await serveFunction(async () => boom)
  const response = await invoke(url, 'order', '{}')
  expect(response.status).toBe(200)
  expect(response.headers.get('x-amz-function-error')).toBe('Unhandled')
  expect(await response.json()).toEqual({ errorType: 'Error', errorMessage: 'boom', trace: ['Error: boom'] })
})

test.each([
  ['another name', 'other', '{}', {}, echo, 404, 'ResourceNotFoundException'],
  ['no JSON', 'order', '{', {}, echo, 400, 'InvalidRequestContentException'],
  ['Event', 'order', '{}', { 'x-amz-invocation-type': 'Event' }, echo, 400, 'InvalidParameterValueException'],
  ['over 6 MB', 'order', TOO_LARGE, {}, echo, 413, 'RequestTooLargeException'],
  ['throttled', 'order', '{}', {}, async () => throttled, 429, 'TooManyRequestsException'],
])(
  'the invoke endpoint refuses %s in the form of the Lambda API',
  async (_, name, body, headers, run, status, type) => {
    const { url } = await serveFunction(run)
    const response = await invoke(
      url,
      name,
      body === TOO_LARGE ? `"${'x'.repeat(6 * 1024 * 1024)}"` : body,
      headers,
    )
    expect(response.status).toBe(status)
    expect(response.headers.get('x-amzn-errortype')).toBe(type)
    expect(await response.json()).toMatchObject({ Type: 'User', message: expect.any(String) as unknown })
  },
)

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

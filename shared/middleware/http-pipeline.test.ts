import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { callHttp } from '../testing/call-http.ts'
import type { HttpCall } from '../testing/http-event.ts'
import { recordingLog } from '../testing/recording-log.ts'
import { httpPipeline, json, type Route } from './http-pipeline.ts'
import { dispatch } from './triggers.ts'

function setup(route: Route) {
  const { log, entries } = recordingLog()
  const handler = dispatch({
    http: httpPipeline({
      log,
      maxBodyBytes: 20,
      routes: { 'POST /': route, 'PUT /': route, 'GET /': route },
    }),
  })
  const call = (part: Partial<HttpCall>) => callHttp(handler, { method: 'POST', path: '/', ...part })
  return { call, entries }
}

const echo: Route = async ({ body }) => json(200, { body })
const type = { 'content-type': 'application/json' }

test.each([
  'application/json',
  'Application/JSON; charset=utf-8',
  'application/vnd.order.v1+json',
  'application/json ;a=b',
])('takes a body of %s', async (contentType) => {
  const { call } = setup(echo)
  expect(await call({ headers: { 'Content-Type': contentType }, body: '{"a":1}' })).toMatchObject({
    status: 200,
    body: { body: { a: 1 } },
  })
})

test('counts bytes, not characters, and takes exactly the limit', async () => {
  const { call } = setup(echo)
  expect((await call({ headers: type, body: `"${'x'.repeat(18)}"` })).status).toBe(200)
  expect(await call({ headers: type, body: `"${'ü'.repeat(10)}"` })).toMatchObject({
    status: 413,
    body: { code: 'body_too_large' },
  })
})

test('counts the bytes of a base64 body after decoding', async () => {
  const { call } = setup(echo)
  const body = Buffer.from(`"${'x'.repeat(18)}"`).toString('base64')
  expect((await call({ headers: type, body, isBase64Encoded: true })).status).toBe(200)
})

test('leaves the body of a GET alone', async () => {
  expect((await setup(echo).call({ method: 'GET', body: 'anything at all, of any length' })).status).toBe(200)
})

test('answers a foreseen error as a problem with its status, headers and members', async () => {
  const { call, entries } = setup(async () => {
    throw new AppError('conflict', 'out_of_stock', 'No tea.', {
      headers: { 'x-a': 'b' },
      extensions: { lines: [1] },
    })
  })
  expect(await call({ method: 'GET' })).toEqual({
    status: 409,
    headers: { 'content-type': 'application/problem+json', 'x-a': 'b' },
    body: {
      type: 'urn:problem-type:out_of_stock',
      title: 'Out of stock',
      status: 409,
      detail: 'No tea.',
      instance: 'urn:request:request-1',
      code: 'out_of_stock',
      retryable: false,
      lines: [1],
    },
  })
  expect(entries).toEqual([])
})

test('answers a defect as 500 without its words, which are logged', async () => {
  const { call, entries } = setup(async () => {
    throw new TypeError('secret of the inside')
  })
  const answer = await call({ method: 'GET' })
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal_error' } })
  expect(JSON.stringify(answer)).not.toContain('secret')
  expect(entries).toMatchObject([{ level: 'error', fields: { error: { message: 'secret of the inside' } } }])
})

test('a foreseen error that is the shop’s own fault is logged as well', async () => {
  const { call, entries } = setup(() =>
    Promise.reject(new AppError('conflict', 'redis_data_unusable', 'WRONGTYPE', { status: 500 })),
  )
  expect(await call({ method: 'GET' })).toMatchObject({ status: 500, body: { retryable: false } })
  expect(entries).toMatchObject([{ level: 'error', fields: { error: { code: 'redis_data_unusable' } } }])
})

test('an outage is retryable and logged as a warning', async () => {
  const { call, entries } = setup(() =>
    Promise.reject(new AppError('unavailable', 'redis_unavailable', 'away')),
  )
  expect(await call({ method: 'GET' })).toMatchObject({ status: 503, body: { retryable: true } })
  expect(entries).toMatchObject([{ level: 'warn' }])
})

test('a route that the function does not have is 404', async () => {
  expect(await setup(echo).call({ method: 'GET', path: '/other' })).toMatchObject({
    status: 404,
    body: { code: 'route_not_found' },
  })
})

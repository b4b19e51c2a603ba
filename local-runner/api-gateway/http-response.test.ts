import { expect, test } from 'vitest'
import { internalServerError } from '../http/response.ts'
import { toHttpResponse } from './http-response.ts'

const responseTo = (value: unknown) => toHttpResponse(JSON.stringify(value))

test.each([
  [{ a: 1 }, '{"a":1}'],
  [[1], '[1]'],
  [7, '7'],
  [null, 'null'],
  ['plain "text"', 'plain "text"'],
  ['', ''],
])('[4.3] %j without a statusCode is the body of a 200 as JSON', (value, body) => {
  expect(responseTo(value)).toEqual({
    statusCode: 200,
    headers: [['content-type', 'application/json']],
    body,
  })
})

test('[4.3] text that is no JSON goes through as it is', () => {
  expect(toHttpResponse('<p>').body).toBe('<p>')
})

test('[4.3] an object with a statusCode is the response, as text/plain unless it says otherwise', () => {
  expect(responseTo({ statusCode: 201, body: 'made' })).toEqual({
    statusCode: 201,
    headers: [['content-type', 'text/plain; charset=utf-8']],
    body: 'made',
  })
  const html = responseTo({
    statusCode: 200,
    headers: { 'Content-Type': 'text/html', 'x-n': 1 },
    body: '<p>',
  })
  expect(html.headers).toEqual([
    ['content-type', 'text/html'],
    ['x-n', '1'],
  ])
})

test('[4.3] each cookie is a header of its own, before a set-cookie header', () => {
  const { headers } = responseTo({
    statusCode: 200,
    cookies: ['a=1', 'b=2'],
    headers: { 'set-cookie': 'c=3' },
  })
  expect(headers.slice(0, 3)).toEqual([
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['set-cookie', 'c=3'],
  ])
})

test('[4.3] a base64 body is decoded', () => {
  expect(responseTo({ statusCode: 200, isBase64Encoded: true, body: '/wA=' }).body).toEqual(
    Buffer.from([255, 0]),
  )
})

test('[4.3] the gateway frames the message, not the function', () => {
  const { headers } = responseTo({ statusCode: 200, headers: { 'Content-Length': '9', connection: 'close' } })
  expect(headers).toEqual([['content-type', 'text/plain; charset=utf-8']])
})

test.each([
  [{ statusCode: 0 }],
  [{ statusCode: 200.5 }],
  [{ statusCode: '200' }],
  [{ statusCode: 200, body: { a: 1 } }],
  [{ statusCode: 200, headers: { 'x-a': 'b\r\nx-evil: 1' } }],
  [{ statusCode: 200, headers: { 'bad name': 'x' } }],
])('[4.3] %j is no HTTP response: 500', (value) => {
  expect(responseTo(value)).toBe(internalServerError)
})

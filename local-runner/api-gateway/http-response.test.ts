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

test.each([
  'connection',
  'Content-Length',
  'Date',
  'keep-alive',
  'proxy-connection',
  'TE',
  'transfer-encoding',
  'Upgrade',
  'Apigw-Requestid',
])('[4.3] the gateway frames and signs the message, not the function: no %s', (name) => {
  const { headers } = responseTo({ statusCode: 200, headers: { [name]: '9' } })
  expect(headers).toEqual([['content-type', 'text/plain; charset=utf-8']])
})

test('[4.3] a header may have every character of Latin-1 but control characters', () => {
  const { headers } = responseTo({ statusCode: 200, cookies: ['a=ä'], headers: { 'x-a': '\t ~\x80ÿ' } })
  expect(headers.slice(0, 2)).toEqual([
    ['set-cookie', 'a=ä'],
    ['x-a', '\t ~\x80ÿ'],
  ])
})

test.each([
  [{ statusCode: 0 }, 'statusCode: '],
  [{ statusCode: null }, 'statusCode: '],
  [{ statusCode: 200.5 }, 'statusCode: '],
  [{ statusCode: '200' }, 'statusCode: '],
  [{ statusCode: 200, body: { a: 1 } }, 'body: '],
  [{ statusCode: 200, headers: { 'x-a': null } }, 'headers["x-a"]: must be text, a number or a boolean'],
  [{ statusCode: 200, headers: { 'x-a': ['b'] } }, 'headers["x-a"]: must be text, a number or a boolean'],
  [{ statusCode: 200, cookies: [null] }, 'cookies[0]: '],
  [{ statusCode: 200, cookies: ['a=☕'] }, 'a cookie contains a character'],
  [{ statusCode: 200, headers: { 'x-a': 'b\r\nx-evil: 1' } }, 'header "x-a" contains a character'],
  [{ statusCode: 200, headers: { 'x-a': '☕' } }, 'header "x-a" contains a character'],
  [{ statusCode: 200, headers: { 'bad name': 'x' } }, '"bad name" is no name of a header'],
  [{ statusCode: 200, headers: { '': 'x' } }, '"" is no name of a header'],
  [{ statusCode: 200, headers: { 'a\u001b[2j': 'x' } }, '"a\\u001b[2j" is no name of a header'],
  [{ statusCode: 200, headers: { Trailer: 'x-sum' } }, 'header "trailer"'],
])('[4.3] %j is no HTTP response: 500, and it is said why', (value, problem) => {
  const { problem: said, ...response } = responseTo(value)
  expect(response).toEqual(internalServerError)
  expect(said).toContain(problem)
})

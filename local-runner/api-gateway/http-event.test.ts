import { expect, test } from 'vitest'
import { type ReceivedRequest, toHttpEvent } from './http-event.ts'

const clock = {
  requestId: 'JCJM3j95PHcEJHg=',
  traceId: 'Root=1-1-2',
  epochMs: Date.UTC(2020, 2, 12, 19, 3, 58),
}
const gateway = { stage: '$default', stageVariables: {} }
const minimal: ReceivedRequest = {
  method: 'GET',
  url: '/orders',
  rawHeaders: ['Host', 'api.example.org:8081'],
  sourceIp: '127.0.0.1',
  body: Buffer.alloc(0),
}
const eventOf = (request: Partial<ReceivedRequest>) =>
  toHttpEvent({ ...minimal, ...request }, { routeKey: 'GET /orders' }, clock, gateway)

test('[4.1] [6.13] what is empty is absent, and the gateway adds its own headers', () => {
  expect(eventOf({})).toEqual({
    version: '2.0',
    routeKey: 'GET /orders',
    rawPath: '/orders',
    rawQueryString: '',
    headers: {
      host: 'api.example.org:8081',
      'content-length': '0',
      'x-amzn-trace-id': 'Root=1-1-2',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'api.example.org:8081',
      domainPrefix: 'api',
      http: { method: 'GET', path: '/orders', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: 'JCJM3j95PHcEJHg=',
      routeKey: 'GET /orders',
      stage: '$default',
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: 1584039838000,
    },
    isBase64Encoded: false,
  })
})

test.each([
  ['localhost:8081', 'localhost'],
  ['abc.execute-api.us-east-1.amazonaws.com', 'abc'],
  ['[::1]:8081', '[::1]'],
])('[4.1] the domain name %s, as the client named it, has the prefix %s', (host, domainPrefix) => {
  const { requestContext } = eventOf({ rawHeaders: ['Host', host] })
  expect(requestContext).toMatchObject({ domainName: host, domainPrefix })
})

test('[4.1] repeated headers and query keys are joined with a comma', () => {
  const event = eventOf({ url: '/orders?a=1&b=x%20y&a=2', rawHeaders: ['X-A', '1', 'x-a', '2'] })
  expect(event.headers['x-a']).toBe('1,2')
  expect(event.queryStringParameters).toEqual({ a: '1,2', b: 'x y' })
  expect(event.rawQueryString).toBe('a=1&b=x%20y&a=2')
})

test('[4.1] [6.13] cookies leave the headers, one per entry', () => {
  const event = eventOf({ rawHeaders: ['Cookie', 'a=1; b=2', 'cookie', 'c=3'] })
  expect(event.cookies).toEqual(['a=1', 'b=2', 'c=3'])
  expect(event.headers).not.toHaveProperty('cookie')
})

test.each(['Connection', 'Keep-Alive', 'TE', 'Upgrade', 'Transfer-Encoding', 'Expect', 'Proxy-Authenticate'])(
  '[4.1] the header %s ends at the gateway',
  (name) => {
    expect(eventOf({ rawHeaders: [name, 'x'] }).headers).not.toHaveProperty(name.toLowerCase())
  },
)

test('[4.1] [6.13] the path is decoded in spite of its name', () => {
  const event = eventOf({ url: '/a/Summer%20Sale%C3%A4' })
  expect(event.rawPath).toBe('/a/Summer Saleä')
  expect(event.requestContext.http.path).toBe('/a/Summer Saleä')
})

test('[4.1] a header named like a property of every object is an ordinary header', () => {
  const event = eventOf({ url: '/?constructor=1&constructor=2', rawHeaders: ['constructor', 'x'] })
  expect(event.headers.constructor).toBe('x')
  expect(event.queryStringParameters?.constructor).toBe('1,2')
})

test.each([
  ['application/json', false],
  ['application/json; charset=utf-8', false],
  ['text/csv', false],
  ['Application/XML', false],
  ['application/x-www-form-urlencoded', true],
  ['multipart/form-data; boundary=x', true],
  ['application/octet-stream', true],
  [undefined, true],
])('[4.1] [6.15] a body of type %s: base64 %s', (contentType, isBase64Encoded) => {
  const body = Buffer.from('{"ä":1}')
  const event = eventOf({ body, rawHeaders: contentType === undefined ? [] : ['content-type', contentType] })
  expect(event).toMatchObject({ isBase64Encoded, body: body.toString(isBase64Encoded ? 'base64' : 'utf8') })
  expect(event.headers['content-length']).toBe('8')
})

test('[4.1] a named stage and its variables are in the event, and rawPath begins with the stage', () => {
  const route = { routeKey: 'GET /orders' }
  const prod = { stage: 'prod', stageVariables: { shop: 'north' } }
  const event = toHttpEvent({ ...minimal, url: '/prod/orders' }, route, clock, prod)
  expect(event).toMatchObject({
    routeKey: 'GET /orders',
    rawPath: '/prod/orders',
    requestContext: { stage: 'prod', http: { path: '/prod/orders' }, routeKey: 'GET /orders' },
    stageVariables: { shop: 'north' },
  })
})

test('[4.1] the protocol is always HTTP/1.1, and forwarded addresses are kept', () => {
  const event = eventOf({ rawHeaders: ['X-Forwarded-For', '5.6.7.8'] })
  expect(event.requestContext.http.protocol).toBe('HTTP/1.1')
  expect(event.headers['x-forwarded-for']).toBe('5.6.7.8, 127.0.0.1')
})

import { expect, test } from 'vitest'
import { toUrlEvent } from './url-event.ts'

const clock = {
  requestId: 'r-1',
  traceId: 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
  epochMs: 1583348638390,
}
const received = (change: object = {}) => ({
  method: 'GET',
  url: '/',
  rawHeaders: ['Host', 'localhost:8091'],
  sourceIp: '127.0.0.1',
  body: Buffer.alloc(0),
  ...change,
})

test('[3.9] a request becomes the event of a function URL', () => {
  const rawHeaders = [
    'Host',
    'localhost:8091',
    'Cookie',
    'a=1; b=2',
    'Content-Type',
    'text/plain',
    'User-Agent',
    'agent',
  ]
  const url = '/my%2Fpath/%F0%9F%8D%95?a=1&a=2&b=%20'
  expect(toUrlEvent(received({ method: 'POST', url, rawHeaders, body: Buffer.from('Hi') }), clock)).toEqual({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/my%2Fpath/%F0%9F%8D%95',
    rawQueryString: 'a=1&a=2&b=%20',
    cookies: ['a=1', 'b=2'],
    headers: expect.objectContaining({ host: 'localhost:8091', 'content-type': 'text/plain' }) as unknown,
    queryStringParameters: { a: '1,2', b: ' ' },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: 'localhost:8091',
      domainPrefix: 'localhost',
      http: {
        method: 'POST',
        path: '/my%2Fpath/%F0%9F%8D%95',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'agent',
      },
      requestId: 'r-1',
      routeKey: '$default',
      stage: '$default',
      time: '04/Mar/2020:19:03:58 +0000',
      timeEpoch: 1583348638390,
    },
    body: 'Hi',
    isBase64Encoded: false,
  })
})

test.each(['/%', '/a%3Fb', '/%E0%A4%A?x=%'])('[3.9] the path of %s is not decoded', (url) => {
  expect(toUrlEvent(received({ url }), clock).rawPath).toBe(url.split('?')[0])
})

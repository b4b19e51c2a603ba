import { expect, test } from 'vitest'
import type { InvocationResult } from '../lambda/invocation.ts'
import { askRaw } from '../testing/ask-raw.ts'
import { serve } from '../testing/serve.ts'
import { createHttpEntry } from './http-entry.ts'
import { createRouting } from './routing.ts'

interface SeenEvent {
  readonly rawPath: string
  readonly headers: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly requestContext: { readonly domainName: string }
}

/** An entry whose function answers what `toAnswer` makes of the event. */
function entryOf(toAnswer: (event: SeenEvent) => unknown) {
  const problems: string[] = []
  const entry = createHttpEntry({
    findRoute: createRouting(['$default']),
    gateway: { stage: '$default', stageVariables: {} },
    cors: undefined,
    authorizerOf: () => undefined,
    invoke: async (payload) => ({
      outcome: 'success',
      payload: JSON.stringify(toAnswer(JSON.parse(payload) as SeenEvent)),
    }),
    integrationTimeoutMs: 30_000,
    onInvalidAnswer: (problem) => void problems.push(problem),
  })
  return { entry, problems }
}
const GET = 'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n'

test.each([{ 'x-a': '☕' }, { trailer: 'x-a' }, { 'x-a': null }])(
  '[4.3] headers that cannot be sent, %j, are reported, and the client gets a proper 500',
  async (headers) => {
    const { entry, problems } = entryOf(() => ({ statusCode: 200, headers }))
    const { port, errors } = await serve(entry)
    expect(await askRaw(port, `${GET}\r\n`)).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n/)
    expect(problems).toEqual([expect.stringMatching(/x-a|trailer/)])
    expect(errors).toEqual([])
  },
)

test.each([
  ['text', {}],
  ['bytes', { isBase64Encoded: true }],
])(
  '[4.1] [4.3] each byte of a header is one character, on the way in and out, with a body of %s',
  async (_, more) => {
    const { entry } = entryOf(({ headers, cookies }) => ({
      statusCode: 200,
      headers: { 'x-a': headers['x-a'], 'x-length': headers['x-a']?.length },
      cookies,
      body: 'abcd',
      ...more,
    }))
    const { port } = await serve(entry)
    const answer = await askRaw(port, `${GET}x-a: \xe4\xff\xc3\xa4\r\ncookie: c=\xe4\r\n\r\n`)
    expect(answer).toContain('\r\nx-a: \xe4\xff\xc3\xa4\r\nx-length: 4\r\n')
    expect(answer).toContain('\r\nset-cookie: c=\xe4\r\n')
  },
)

test('[4.3] there is one date and one request id, the gateway’s', async () => {
  const headers = { date: 'then', 'Apigw-Requestid': 'mine' }
  const { entry } = entryOf(() => ({ statusCode: 200, headers }))
  const { port } = await serve(entry)
  const answer = await askRaw(port, `${GET}\r\n`)
  expect(answer.match(/\r\n(date|apigw-requestid): /gi)).toHaveLength(2)
  expect(answer).not.toMatch(/then|mine/)
})

test.each([
  [
    'the domain name, as Hono does',
    ({ requestContext }: SeenEvent) => `https://${requestContext.domainName}`,
  ],
  [
    'the headers, as Powertools and Express do',
    ({ headers }: SeenEvent) => `${headers['x-forwarded-proto']}://${headers.host}`,
  ],
])('a redirect to an address made from %s comes back to the runner', async (_, origin) => {
  const { entry } = entryOf((event) =>
    event.rawPath === '/next' ? 'back' : { statusCode: 302, headers: { location: `${origin(event)}/next` } },
  )
  const { url } = await serve(entry)
  expect(await (await fetch(`${url}/first`)).text()).toBe('back')
})

test.each([
  ['https://localhost', 'http://localhost'],
  ['HTTPS://Localhost/a?b', 'http://localhost/a?b'],
  ['https://localhost.example.org/', 'https://localhost.example.org/'],
  ['https://localhost:1/', 'https://localhost:1/'],
  ['https://other/', 'https://other/'],
  ['/a', '/a'],
])('the location %s is sent as %s', async (location, sent) => {
  const { entry } = entryOf(() => ({ statusCode: 302, headers: { location } }))
  const { port } = await serve(entry)
  expect(await askRaw(port, `${GET}\r\n`)).toContain(`\r\nlocation: ${sent}\r\n`)
})

test('behind a proxy with TLS a location stays https', async () => {
  const { entry } = entryOf(() => ({ statusCode: 302, headers: { location: 'https://localhost/' } }))
  const { port } = await serve(entry)
  const answer = await askRaw(port, `${GET}x-forwarded-proto: https\r\n\r\n`)
  expect(answer).toContain('\r\nlocation: https://localhost/\r\n')
})

test('[4.3] [6.14] past the integration timeout the client gets 503, and the function runs on', async () => {
  const held = Promise.withResolvers<InvocationResult>()
  let ended = false
  const { url } = await serve(
    createHttpEntry({
      findRoute: createRouting(['$default']),
      gateway: { stage: '$default', stageVariables: {} },
      cors: undefined,
      authorizerOf: () => undefined,
      invoke: async () => {
        const result = await held.promise
        ended = true
        return result
      },
      integrationTimeoutMs: 50,
      onInvalidAnswer: () => undefined,
    }),
  )
  const response = await fetch(url)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ message: 'Service Unavailable' })
  expect(ended).toBe(false)
  held.resolve({ outcome: 'success', payload: '1' })
  await expect.poll(() => ended).toBe(true)
})

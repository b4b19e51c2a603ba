import { once } from 'node:events'
import { get } from 'node:http'
import { expect, test } from 'vitest'
import * as z from 'zod'
import type { InvocationOptions, InvocationResult, Invoke } from '../lambda/invocation.ts'
import { serve } from '../testing/serve.ts'
import { createFunctionUrl } from './function-url.ts'
import { functionUrlConfig } from './function-url-config.ts'
import { PRELUDE_TYPE } from './prelude.ts'

const NUL = '\0'.repeat(8)
const success = (payload: string): InvocationResult => ({ outcome: 'success', payload })
const boom: InvocationResult = {
  outcome: 'function-error',
  error: { errorType: 'Error', errorMessage: 'boom', trace: [] },
}

async function serveUrl(invoke: Invoke, config: object = {}) {
  const problems: string[] = []
  const listener = createFunctionUrl({
    config: functionUrlConfig.parse({ localPort: 1, authType: 'NONE', ...config }),
    invoke,
    onInvalidAnswer: (problem) => problems.push(problem),
  })
  return { ...(await serve(listener)), problems }
}

/** What a streaming function writes, piece by piece. */
const writing =
  (contentType: string, chunks: readonly string[], result: InvocationResult = success('')): Invoke =>
  async (_, options) => {
    for (const chunk of chunks) await options?.onChunk?.(Buffer.from(chunk), contentType)
    return result
  }
const serveStream = (invoke: Invoke, config: object = {}) =>
  serveUrl(invoke, { invokeMode: 'RESPONSE_STREAM', ...config })

test('[3.9] the invocation has the request id of the event and of the response', async () => {
  let options: InvocationOptions | undefined
  const { url } = await serveUrl(async (payload, given) => {
    options = given
    return success(payload)
  })
  const response = await fetch(`${url}/any/path`, { method: 'PURGE' })
  const event: unknown = await response.json()
  const requestId = response.headers.get('x-amzn-requestid')
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(options).toMatchObject({ requestId, source: 'http' })
  expect(event).toMatchObject({ rawPath: '/any/path', requestContext: { requestId } })
})

test('[3.9] a request id that the function answers does not pass', async () => {
  const head = { statusCode: 200, headers: { 'X-Amzn-RequestId': 'own' } }
  const whole = await serveUrl(async () => success(JSON.stringify(head)))
  const streamed = await serveStream(writing(PRELUDE_TYPE, [JSON.stringify(head), NUL]))
  for (const { url } of [whole, streamed])
    expect((await fetch(url)).headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
})

test.each([
  ['an object', '{"hello":"world"}', 200, 'application/json', '{"hello":"world"}'],
  ['a string', '"hello"', 200, 'application/json', 'hello'],
  ['a list', '["hello",3,true]', 200, 'application/json', '["hello",3,true]'],
  ['a response', '{"statusCode":200,"body":"body123"}', 200, 'application/json', 'body123'],
  ['a status as text', '{"statusCode":"418","body":"tea"}', 418, 'application/json', 'tea'],
])('[3.9] %s is answered as on AWS', async (_, payload, status, type, body) => {
  const { url } = await serveUrl(async () => success(payload))
  const response = await fetch(url)
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    status,
    type,
    body,
  ])
})

test.each([
  ['a function error', boom, 502, 'Internal Server Error'],
  ['a status that is none', success('{"statusCode":1}'), 502, 'Internal Server Error'],
  [
    'a throttled call',
    { outcome: 'throttled', reason: 'full' } as const,
    429,
    '{"Message":"Rate Exceeded."}',
  ],
])('[3.9] %s is an error in both modes', async (_, result, status, body) => {
  const { url } = await serveUrl(async () => result)
  const response = await fetch(url)
  expect([response.status, await response.text()]).toEqual([status, body])
  if (result.outcome === 'success') return
  const streamed = await fetch((await serveStream(async () => result)).url)
  expect([streamed.status, await streamed.text()]).toEqual([status, body])
})

test('[3.9] a body over 6 MB is refused', async () => {
  const { url } = await serveUrl(async () => success('1'))
  const statusOf = async (bytes: number) => {
    const headers = { 'content-type': 'text/plain' }
    return (await fetch(url, { method: 'POST', headers, body: 'x'.repeat(bytes) })).status
  }
  expect([await statusOf(6 * 1024 * 1024 + 1), await statusOf(5 * 1024 * 1024)]).toEqual([413, 200])
})

test('[3.9] a stream with a prelude has its status, headers and cookies', async () => {
  const head = JSON.stringify({ statusCode: 404, headers: { 'X-Own': 'ü' }, cookies: ['a=1', 'b=2'] })
  const { url } = await serveStream(writing(PRELUDE_TYPE, [head, `${NUL}on`, 'e']))
  const response = await fetch(url)
  expect(response.status).toBe(404)
  expect(response.headers.get('x-own')).toBe('ü')
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  expect(await response.text()).toBe('one')
})

test('[3.9] a stream without a prelude is 200 with its content type', async () => {
  const { url } = await serveStream(writing('text/x-own', [`{"statusCode":404}${NUL}`]))
  const response = await fetch(url)
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    200,
    'text/x-own',
    `{"statusCode":404}${NUL}`,
  ])
})

test('[3.9] what a handler returns that does not stream is the body as it is', async () => {
  const payload = '{"statusCode":404,"body":"x"}'
  const response = await fetch((await serveStream(async () => success(payload))).url)
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    200,
    'application/json',
    payload,
  ])
})

test('[3.9] an empty stream is an empty response', async () => {
  const response = await fetch((await serveStream(writing('', []))).url)
  expect([response.status, await response.text()]).toEqual([200, ''])
})

test('[3.9] the client has status and first chunk while the function still writes', async () => {
  const { promise: seen, resolve: goOn } = Promise.withResolvers<undefined>()
  const { url } = await serveStream(async (_, options) => {
    await options?.onChunk?.(Buffer.from(`{"statusCode":201}${NUL}`), PRELUDE_TYPE)
    await seen
    await options?.onChunk?.(Buffer.from('rest'), PRELUDE_TYPE)
    return success('')
  })
  const response = await fetch(url)
  expect(response.status).toBe(201)
  goOn(undefined)
  expect(await response.text()).toBe('rest')
})

test('[3.9] a function that fails midway cuts the connection', async () => {
  const { url } = await serveStream(writing('text/plain', ['half'], boom))
  const response = await fetch(url)
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow('terminated')
})

test.each([
  ['breaks off', [`{"statusCode":201}`]],
  ['is malformed', [`nonsense${NUL}`, 'more']],
])('[3.9] a prelude that %s is 502, and the terminal says why', async (_, chunks) => {
  const { url, problems } = await serveStream(writing(PRELUDE_TYPE, chunks))
  const response = await fetch(url)
  expect([response.status, await response.text(), problems.length]).toEqual([502, 'Internal Server Error', 1])
})

test('[3.9] a client that does not read holds the function back, and one that leaves does not', async () => {
  const chunk = Buffer.alloc(1024 * 1024)
  const held = Promise.withResolvers<undefined>()
  const done = Promise.withResolvers<number>()
  const { url } = await serveStream(async (_, options) => {
    let taken = 0
    for (let isHeld = false; taken < 200; taken++) {
      const waiting = options?.onChunk?.(chunk, 'text/plain')
      if (waiting && !isHeld) {
        isHeld = true
        held.resolve(undefined)
      }
      await waiting
    }
    done.resolve(taken)
    return success('')
  })
  const request = get(url)
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream]
  response.pause()
  await held.promise
  request.on('error', () => undefined).destroy()
  expect(await done.promise).toBe(200)
})

test('[3.9] a function may begin to write when its client has left', async () => {
  const asked = Promise.withResolvers<undefined>()
  const left = Promise.withResolvers<undefined>()
  const done = Promise.withResolvers<unknown>()
  const listener = createFunctionUrl({
    config: functionUrlConfig.parse({ localPort: 1, authType: 'NONE', invokeMode: 'RESPONSE_STREAM' }),
    invoke: async (...call) => {
      asked.resolve(undefined)
      await left.promise
      return writing('text/plain', ['one', 'two'])(...call)
    },
    onInvalidAnswer: () => undefined,
  })
  const { url } = await serve(async (incoming, response) => {
    response.on('close', () => left.resolve(undefined))
    response.on('error', done.resolve)
    await listener(incoming, response)
    // An error of the response would come with the next tick.
    setImmediate(done.resolve)
  })
  const request = get(url).on('error', () => undefined)
  await asked.promise
  request.destroy()
  expect(await done.promise).toBeUndefined()
})

test('[3.9] an absolute redirect of a framework comes back to the runner, whole or streamed', async () => {
  const locationOf = (event: unknown) => {
    const { requestContext } = z.object({ requestContext: z.object({ domainName: z.string() }) }).parse(event)
    return { location: `https://${requestContext.domainName}/next` }
  }
  const whole = await serveUrl(async (payload) =>
    success(JSON.stringify({ statusCode: 302, headers: locationOf(JSON.parse(payload)) })),
  )
  const streamed = await serveStream(async (payload, options) => {
    const head = JSON.stringify({ statusCode: 302, headers: locationOf(JSON.parse(payload)) })
    return writing(PRELUDE_TYPE, [head, NUL])(payload, options)
  })
  for (const { url } of [whole, streamed]) {
    const { headers } = await fetch(url, { redirect: 'manual' })
    expect(headers.get('location')).toBe(`${url}/next`)
  }
})

test('[3.9] CORS settings answer preflights and decorate both kinds of response', async () => {
  const config = { cors: { allowOrigins: ['https://shop.example'], allowMethods: ['POST'] } }
  const headers = { origin: 'https://shop.example' }
  let calls = 0
  const { url } = await serveStream(async (...args) => {
    calls++
    return writing('text/plain', ['x'])(...args)
  }, config)
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: { ...headers, 'access-control-request-method': 'POST' },
  })
  expect([calls, preflight.headers.get('access-control-allow-methods')]).toEqual([0, 'POST'])
  const streamed = await fetch(url, { headers })
  const whole = await fetch((await serveUrl(async () => success('1'), config)).url, { headers })
  expect([streamed, whole].map((each) => each.headers.get('access-control-allow-origin'))).toEqual([
    'https://shop.example',
    'https://shop.example',
  ])
})

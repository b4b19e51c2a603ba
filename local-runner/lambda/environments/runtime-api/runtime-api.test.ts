import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { InvokeMessage } from '../../execution-environment.ts'
import { createRuntimeApiServer } from './runtime-api-server.ts'
import { createRuntimeSession } from './runtime-session.ts'

const PREFIX = '/2018-06-01/runtime'

const event = (requestId: string, more: Partial<InvokeMessage> = {}): InvokeMessage => ({
  requestId,
  payload: `{"for":"${requestId}"}`,
  deadlineEpochMs: 1_700_000_003_000,
  traceId: 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tried',
  clientContext: undefined,
  tenantId: undefined,
  onChunk: undefined,
  ...more,
})

async function runtimeApi({ multiConcurrent = false } = {}) {
  const session = createRuntimeSession({ multiConcurrent, usedMemoryBytes: () => 7 })
  const server = createRuntimeApiServer({ sessionOf: () => session })
  const port = await server.listen(0, '127.0.0.1')
  onTestFinished(server.stop)
  const call = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${PREFIX}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    })
    return { status: response.status, body: await response.text(), headers: response.headers }
  }
  const next = () => call('GET', '/invocation/next')
  const respond = (id: string, body = 'null', headers = {}) =>
    call('POST', `/invocation/${id}/response`, body, headers)
  return { port, session, call, next, respond }
}

const error = (errorType: string, errorMessage: string) => `${JSON.stringify({ errorMessage, errorType })}\n`
const NOT_ALLOWED = 'Error: State transition is not allowed'

test('[3.1] the first question for work ends init, and the answer to it carries the event', async () => {
  const { session, next } = await runtimeApi()
  const given = next()
  expect(await session.initialized).toEqual({ outcome: 'initialized', usedMemoryBytes: 7 })
  void session.invoke(event('r-1', { clientContext: '{"custom":{"ü":"☕"}}', tenantId: 'blue' }))
  const { status, body, headers } = await given
  expect([status, body]).toEqual([200, '{"for":"r-1"}'])
  const named = [...headers].filter(([name]) => /^(lambda-|content-type)/.test(name))
  expect(Object.fromEntries(named)).toEqual({
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': 'r-1',
    'lambda-runtime-aws-tenant-id': 'blue',
    'lambda-runtime-client-context': '{"custom":{"\\u00fc":"\\u2615"}}',
    'lambda-runtime-deadline-ms': '1700000003000',
    'lambda-runtime-invocation-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:tried',
    'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1',
  })
})

test('[3.1] headers without a value are left out', async () => {
  const { session, next } = await runtimeApi()
  void session.invoke(event('r-1'))
  const { headers } = await next()
  expect(headers.has('lambda-runtime-client-context')).toBe(false)
  expect(headers.has('lambda-runtime-cognito-identity')).toBe(false)
  expect(headers.has('lambda-runtime-aws-tenant-id')).toBe(false)
})

test('[3.1] an answer is accepted with 202 and given to the caller as it is, JSON or not', async () => {
  const { session, next, respond } = await runtimeApi()
  const result = session.invoke(event('r-1'))
  await next()
  expect(await respond('r-1', 'not { JSON')).toMatchObject({ status: 202, body: '{"status":"OK"}\n' })
  session.next(() => undefined)
  expect(await result).toEqual({ result: { outcome: 'success', payload: 'not { JSON' }, usedMemoryBytes: 7 })
})

test('[3.1] an error is given to the caller with every field the runtime sent', async () => {
  const { session, next, call } = await runtimeApi()
  const result = session.invoke(event('r-1'))
  await next()
  const body = '{"errorMessage":"m","errorType":"Custom","stackTrace":["a"],"more":1}'
  expect((await call('POST', '/invocation/r-1/error', body)).status).toBe(202)
  session.next(() => undefined)
  expect((await result).result).toEqual({
    outcome: 'function-error',
    error: { errorMessage: 'm', errorType: 'Custom', stackTrace: ['a'], more: 1 },
  })
})

test.each([
  ['Runtime.MyReason', 'Runtime.MyReason'],
  ['Function.myreason', 'Function.Unknown'],
  ['anything', 'Runtime.Unknown'],
])('[3.1] the error type %s of a body in no known form counts as %s', async (given, counted) => {
  const { session, next, call } = await runtimeApi()
  const result = session.invoke(event('r-1'))
  await next()
  await call('POST', '/invocation/r-1/error', 'text', { 'Lambda-Runtime-Function-Error-Type': given })
  session.next(() => undefined)
  expect((await result).result).toEqual({
    outcome: 'function-error',
    error: { errorType: counted, errorMessage: 'text' },
  })
})

test('[3.1] an id that is not the current one is refused with 400 InvalidRequestID', async () => {
  const { session, next, respond } = await runtimeApi()
  void session.invoke(event('r-1'))
  const refused = { status: 400, body: error('InvalidRequestID', 'Invalid request ID') }
  expect(await respond('r-1')).toMatchObject(refused) // Not asked for yet.
  await next()
  expect(await respond('r-2')).toMatchObject(refused)
})

test('[3.1] a second answer is refused: as a wrong state before the next question, as a wrong id after it', async () => {
  const { session, next, respond } = await runtimeApi()
  void session.invoke(event('r-1'))
  await next()
  await respond('r-1')
  const from = 'State transition from RuntimeResponseSentState to InvocationResponse failed for runtime.'
  expect(await respond('r-1')).toMatchObject({
    status: 403,
    body: error('InvalidStateTransition', `${from} ${NOT_ALLOWED}`),
  })
  void session.invoke(event('r-2'))
  await next()
  expect((await respond('r-1')).status).toBe(400)
  expect((await respond('r-2')).status).toBe(202)
})

test('[3.1] the invocation id may be left out, and is refused when it is wrong', async () => {
  const { session, next, respond } = await runtimeApi()
  void session.invoke(event('r-1'))
  const { headers } = await next()
  const invocationId = headers.get('lambda-runtime-invocation-id') ?? ''
  expect(await respond('r-1', 'null', { 'Lambda-Runtime-Invocation-Id': 'x' })).toMatchObject({
    status: 400,
    body: error('InvalidInvocationId', 'Invalid invocation ID'),
  })
  expect((await respond('r-1', 'null', { 'Lambda-Runtime-Invocation-Id': invocationId })).status).toBe(202)
})

test('[3.1] a question that overtakes the answer before it gets the invocation after it', async () => {
  const { session, next, respond } = await runtimeApi()
  const result = session.invoke(event('r-1'))
  await next()
  const early = next()
  expect((await respond('r-1', '1')).status).toBe(202)
  expect((await result).result).toEqual({ outcome: 'success', payload: '1' })
  void session.invoke(event('r-2'))
  expect((await early).body).toBe('{"for":"r-2"}')
})

test('[3.1] an answer over 6 MB is refused with 413, and the caller gets the error', async () => {
  const { session, next, respond } = await runtimeApi()
  const result = session.invoke(event('r-1'))
  await next()
  expect(await respond('r-1', 'x'.repeat(6_291_557))).toMatchObject({
    status: 413,
    body: error('RequestEntityTooLarge', 'Exceeded maximum allowed payload size (6291556 bytes).'),
  })
  session.next(() => undefined)
  expect((await result).result).toMatchObject({ error: { errorType: 'Function.ResponseSizeTooLarge' } })
})

test('[3.1] an unknown response mode is refused with 400 and fails the invocation', async () => {
  const { session, next, respond } = await runtimeApi()
  const result = session.invoke(event('r-1'))
  await next()
  expect(await respond('r-1', 'null', { 'Lambda-Runtime-Function-Response-Mode': 'fast' })).toMatchObject({
    status: 400,
    body: error('InvalidFunctionResponseMode', 'Invalid function response mode'),
  })
  session.next(() => undefined)
  expect((await result).result).toMatchObject({ error: { errorType: 'Runtime.InvalidResponseModeHeader' } })
})

test('[3.1] a streamed answer that fails midway is the error that its trailers name', async () => {
  const { port, session, next } = await runtimeApi()
  const result = session.invoke(event('r-1'))
  await next()
  const body = Buffer.from('{"errorType":"TypeError","errorMessage":"midway","trace":[]}').toString('base64')
  const streaming = request({
    port,
    method: 'POST',
    path: `${PREFIX}/invocation/r-1/response`,
    headers: {
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'Transfer-Encoding': 'chunked',
      Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    },
  }).on('response', (response) => response.resume())
  streaming.write('half')
  streaming.addTrailers({
    'Lambda-Runtime-Function-Error-Type': 'TypeError',
    'Lambda-Runtime-Function-Error-Body': body,
  })
  streaming.end()
  session.next(() => undefined)
  expect((await result).result).toEqual({
    outcome: 'function-error',
    error: { errorType: 'TypeError', errorMessage: 'midway', trace: [] },
  })
})

test('[3.1] an answer that breaks off fails the invocation', async () => {
  const { port, session, next } = await runtimeApi()
  const result = session.invoke(event('r-1'))
  await next()
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST ${PREFIX}/invocation/r-1/response HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf`,
    () => socket.destroy(),
  )
  session.next(() => undefined)
  expect((await result).result).toMatchObject({ error: { errorType: 'Runtime.TruncatedResponse' } })
})

test('[3.1] an init error is accepted before the first question only', async () => {
  const body = '{"errorMessage":"m","errorType":"Runtime.HandlerNotFound","trace":[]}'
  const { session, call } = await runtimeApi()
  expect(await call('POST', '/init/error', body)).toMatchObject({ status: 202, body: '{"status":"OK"}\n' })
  expect(await session.initialized).toEqual({ outcome: 'failed', error: JSON.parse(body) as unknown })
  const later = await runtimeApi()
  void later.session.invoke(event('r-1'))
  await later.next()
  const from = 'State transition from Running to InitError failed for runtime.'
  expect(await later.call('POST', '/init/error', body)).toMatchObject({
    status: 403,
    body: error('InvalidStateTransition', `${from} ${NOT_ALLOWED}`),
  })
})

test('[3.1] without SnapStart there is nothing to restore', async () => {
  const { call } = await runtimeApi()
  expect(await call('GET', '/restore/next')).toMatchObject({ status: 404, body: '404 page not found\n' })
  expect((await call('POST', '/restore/error', '{}')).status).toBe(404)
})

test('[3.8] with many at once each question gets an invocation of its own, answered in any order', async () => {
  const { session, next, respond } = await runtimeApi({ multiConcurrent: true })
  const results = [session.invoke(event('r-1')), session.invoke(event('r-2'))]
  const given = [await next(), await next()]
  expect(given.map(({ body }) => body)).toEqual(['{"for":"r-1"}', '{"for":"r-2"}'])
  await respond('r-2', '2')
  await respond('r-1', '1')
  expect((await respond('r-1', '3')).status).toBe(400)
  expect((await Promise.all(results)).map(({ result }) => result)).toEqual([
    { outcome: 'success', payload: '1' },
    { outcome: 'success', payload: '2' },
  ])
})

test('a runtime that leaves while it waits takes its question with it', async () => {
  const session = createRuntimeSession({ multiConcurrent: false, usedMemoryBytes: () => 7 })
  const given: string[] = []
  const takeBack = session.next(({ requestId }) => given.push(`left ${requestId}`))
  takeBack()
  session.next(({ requestId }) => given.push(`stayed ${requestId}`))
  void session.invoke(event('r-1'))
  expect(given).toEqual(['stayed r-1'])
})

test('when the runtime is gone, calls in flight and later calls get an error', async () => {
  const { session } = await runtimeApi()
  const result = session.invoke(event('r-1'))
  session.end('exit status 3')
  const exited = (requestId: string) => ({
    result: {
      outcome: 'function-error',
      error: {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 3`,
      },
    },
  })
  expect(await result).toEqual(exited('r-1'))
  expect(await session.invoke(event('r-2'))).toEqual(exited('r-2'))
})

test('[3.4] an answer is given when the runtime asks for more or ends: until then it may not be sent another call', async () => {
  const { session, next, respond } = await runtimeApi()
  const answered = vi.fn()
  const result = session.invoke(event('r-1')).then(answered)
  await next()
  await respond('r-1', '1')
  expect(answered).not.toHaveBeenCalled()
  session.end('exit status 2')
  await result
  expect(answered).toHaveBeenCalledWith(
    expect.objectContaining({ result: { outcome: 'success', payload: '1' } }),
  )
  expect(session.isAlive()).toBe(false)
})

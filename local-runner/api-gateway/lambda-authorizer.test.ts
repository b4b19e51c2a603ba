import { expect, test } from 'vitest'
import { createHealth, createHealthEndpoint } from '../health/health.ts'
import type { InvocationResult, Invoke } from '../lambda/invocation.ts'
import { createAuthorizers } from '../startup/create-authorizers.ts'
import { createFunctionListener } from '../startup/function-listener.ts'
import { askRaw } from '../testing/ask-raw.ts'
import { serve } from '../testing/serve.ts'
import { apiSettings } from './api-settings.ts'
import { toHttpEvent } from './http-event.ts'
import { createLambdaAuthorizer } from './lambda-authorizer.ts'
import { lambdaAuthorizer } from './lambda-authorizer-settings.ts'

const ROUTES = ['GET /', 'GET /orders/{orderId}', 'POST /orders', 'GET /open']
const success = (value: unknown): InvocationResult => ({ outcome: 'success', payload: JSON.stringify(value) })

/** A simple authorizer that lets everybody in. */
const simple = {
  authorizerType: 'REQUEST',
  functionName: 'auth',
  enableSimpleResponses: true,
  identitySource: ['$request.header.Authorization'],
  routes: { 'GET /orders/{orderId}': {}, 'POST /orders': {} },
}

/** An API whose routes echo their event, and what its authorizer was asked. */
async function serveApi(
  answer: (call: number) => InvocationResult | Promise<InvocationResult>,
  more: object = {},
) {
  const api = apiSettings.parse({
    stage: 'prod',
    stageVariables: { shop: 'north' },
    authorizers: { session: { ...simple, ...more } },
  })
  const asked: unknown[] = []
  const problems: string[] = []
  const auth: Invoke = async (payload) => {
    asked.push(JSON.parse(payload))
    return answer(asked.length)
  }
  const listener = createFunctionListener({
    routeKeys: ROUTES,
    api,
    authorizerOf: createAuthorizers({
      api,
      projectDirectory: '/none',
      findFunction: (name) => (name === 'auth' ? auth : undefined),
      onProblem: (functionName, problem) => problems.push(`${functionName}: ${problem}`),
    }),
    invoke: async (payload) => ({ outcome: 'success', payload }),
    health: createHealthEndpoint(createHealth()),
    onInvalidAnswer: () => undefined,
    lambdaApi: async () => undefined,
  })
  const { url, port } = await serve(listener)
  const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) => {
    const response = await fetch(`${url}/prod${path}`, { ...init, headers })
    return { status: response.status, body: await response.json() }
  }
  return { ask, asked, problems, port }
}

const authorization = 'secret'

test('[4.5] a simple answer lets the request in, with its context in the event', async () => {
  const context = { user: 'c-42', level: 3, admin: true, groups: ['a'], map: { key: 'value' } }
  const { ask } = await serveApi(() => success({ isAuthorized: true, context }))
  expect(await ask('/orders/7', { authorization })).toMatchObject({
    status: 200,
    body: { routeKey: 'GET /orders/{orderId}', requestContext: { authorizer: { lambda: context } } },
  })
})

test('[4.5] without a context the event has null', async () => {
  const { ask } = await serveApi(() => success({ isAuthorized: true }))
  const { body } = await ask('/orders/7', { authorization })
  expect(body).toMatchObject({ requestContext: { authorizer: { lambda: null } } })
})

test('[4.5] the authorizer gets the event of format 2.0, without the body', async () => {
  const { ask, asked } = await serveApi(() => success({ isAuthorized: true }), {
    identitySource: [
      '$request.header.Authorization',
      '$request.querystring.Name',
      '$stageVariables.shop',
      '$context.httpMethod',
    ],
  })
  await ask(
    '/orders?Name=n&a=1&a=2',
    { authorization, cookie: 'c=1; d=2' },
    { method: 'POST', body: 'secret' },
  )
  const [event] = asked
  expect(event).toMatchObject({
    version: '2.0',
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:us-east-1:000000000000:local/prod/POST/orders',
    identitySource: ['secret', 'n', 'north', 'POST'],
    routeKey: 'POST /orders',
    rawPath: '/prod/orders',
    rawQueryString: 'Name=n&a=1&a=2',
    cookies: ['c=1', 'd=2'],
    headers: { authorization },
    queryStringParameters: { Name: 'n', a: '1,2' },
    requestContext: { http: { method: 'POST' }, stage: 'prod' },
    stageVariables: { shop: 'north' },
  })
  expect(event).not.toHaveProperty('body')
  expect(event).not.toHaveProperty('isBase64Encoded')
  expect(event).not.toHaveProperty('requestContext.authorizer')
})

test('[4.5] a route without an authorizer asks nobody', async () => {
  const { ask, asked } = await serveApi(() => success({ isAuthorized: false }))
  expect((await ask('/open')).status).toBe(200)
  expect(asked).toEqual([])
})

test.each([
  ['without the header', '/orders/7?token=1', {}],
  ['with an empty header', '/orders/7?token=1', { authorization: '' }],
  ['without the query parameter, whose case counts', '/orders/7?Token=1', { authorization }],
])('[4.5] a request %s is 401, and the authorizer is not asked', async (_, path, headers) => {
  const { ask, asked } = await serveApi(() => success({ isAuthorized: true }), {
    identitySource: ['$request.header.Authorization', '$request.querystring.token'],
  })
  expect(await ask(path, headers)).toEqual({ status: 401, body: { message: 'Unauthorized' } })
  expect(asked).toEqual([])
})

test('[4.5] a denial is 403', async () => {
  const { ask } = await serveApi(() => success({ isAuthorized: false }))
  expect(await ask('/orders/7', { authorization })).toEqual({ status: 403, body: { message: 'Forbidden' } })
})

test.each([
  [
    'fails',
    { outcome: 'function-error', error: { errorType: 'Error', errorMessage: 'Unauthorized' } } as const,
  ],
  ['is throttled', { outcome: 'throttled', reason: 'full' } as const],
  ['answers no boolean', success({ isAuthorized: 'false' })],
  ['answers a policy in spite of simple responses', success({ policyDocument: { Statement: [] } })],
  ['answers no JSON', { outcome: 'success', payload: 'yes' } as const],
])('[4.5] an authorizer that %s is 500, is named, and is asked again', async (_, result) => {
  const { ask, asked, problems } = await serveApi(() => result, { authorizerResultTtlInSeconds: 60 })
  for (const call of [1, 2]) {
    const answer = await ask('/orders/7', { authorization })
    expect(answer).toEqual({ status: 500, body: { message: 'Internal Server Error' } })
    expect([asked.length, problems.length]).toEqual([call, call])
  }
  expect(problems[0]).toMatch(/^auth: /)
})

test('[4.5] an answer is kept by its identity, for all routes, denials too', async () => {
  const { ask, asked } = await serveApi((call) => success({ isAuthorized: call === 1 }), {
    authorizerResultTtlInSeconds: 60,
  })
  const statusOf = async (path: string, token: string, method = 'GET') =>
    (await ask(path, { authorization: token }, { method })).status
  expect([await statusOf('/orders/7', 'a'), await statusOf('/orders', 'a', 'POST')]).toEqual([200, 200])
  expect([await statusOf('/orders/7', 'b'), await statusOf('/orders/8', 'b')]).toEqual([403, 403])
  expect(asked.length).toBe(2)
})

test('[4.5] a header that is sent twice, or as a cookie, identifies as the event says', async () => {
  const { asked, port } = await serveApi(() => success({ isAuthorized: true }), {
    authorizerResultTtlInSeconds: 60,
    identitySource: ['$request.header.Authorization', '$request.header.Cookie'],
  })
  const ask = (authorization: string) =>
    askRaw(port, `GET /prod/orders/7 HTTP/1.1\r\nhost: h\r\ncookie: c=1; d=2\r\n${authorization}\r\n\r\n`)
  await ask('authorization: a')
  await ask('authorization: a\r\nAuthorization: b')
  expect(asked).toMatchObject([
    { identitySource: ['a', 'c=1; d=2'], headers: { authorization: 'a' } },
    { identitySource: ['a,b', 'c=1; d=2'], headers: { authorization: 'a,b' } },
  ])
})

test('[4.5] $context.routeKey keeps answers by route', async () => {
  const { ask, asked } = await serveApi(() => success({ isAuthorized: true }), {
    authorizerResultTtlInSeconds: 60,
    identitySource: ['$request.header.Authorization', '$context.routeKey'],
  })
  for (const path of ['/orders/7', '/orders/8']) await ask(path, { authorization })
  await ask('/orders', { authorization }, { method: 'POST' })
  expect(asked.length).toBe(2)
})

test('[4.5] a kept answer ends with its time, and without a time none is kept', async () => {
  const event = toHttpEvent(
    { method: 'GET', url: '/', rawHeaders: ['authorization', 'a'], sourceIp: '', body: Buffer.alloc(0) },
    { routeKey: 'GET /' },
    { requestId: 'r', traceId: 't', epochMs: 0 },
    { stage: '$default', stageVariables: {} },
  )
  const counting = (authorizerResultTtlInSeconds: number) => {
    let elapsedMs = 0
    let calls = 0
    const authorize = createLambdaAuthorizer({
      settings: lambdaAuthorizer.parse({ ...simple, authorizerResultTtlInSeconds }),
      invoke: async () => {
        calls++
        return success({ isAuthorized: true })
      },
      onProblem: (problem) => expect.fail(problem),
      elapsedMs: () => elapsedMs,
    })
    return async (atMs: number) => {
      elapsedMs = atMs
      await authorize({}, '', () => event)
      return calls
    }
  }
  const kept = counting(60)
  expect([await kept(0), await kept(59_999), await kept(60_000)]).toEqual([1, 1, 2])
  const notKept = counting(0)
  expect([await notKept(0), await notKept(0)]).toEqual([1, 2])
})

const allow = (Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource,
  ...more,
})
const ARN = 'arn:aws:execute-api:us-east-1:000000000000:local/prod'

test.each([
  ['the route', allow(`${ARN}/GET/orders/7`), 200],
  [
    'the route, in lists',
    [allow([`${ARN}/GET/x`, `${ARN}/GET/orders/7`], { Action: ['a:b', 'execute-api:*'] })],
    200,
  ],
  ['a pattern', allow('arn:aws:execute-api:*:*:*/prod/GET/orders/?'), 200],
  ['everything', allow('*', { Action: '*' }), 200],
  ['another route', allow(`${ARN}/GET/orders/8`), 403],
  ['a part of the route', allow(`${ARN}/GET/order`), 403],
  ['another action', allow('*', { Action: 'execute-api:ManageConnections' }), 403],
  ['nothing', [], 403],
  ['everything, and denies the route', [allow('*'), allow(`${ARN}/GET/*`, { Effect: 'Deny' })], 403],
  ['the route on a condition, which is not looked at', allow('*', { Condition: {} }), 500],
])('[4.5] a policy that allows %s', async (_, Statement, status) => {
  const policyDocument = { Version: '2012-10-17', Statement }
  const { ask } = await serveApi(() => success({ principalId: 'c-42', policyDocument, context: { a: 1 } }), {
    enableSimpleResponses: false,
  })
  const answer = await ask('/orders/7', { authorization })
  expect(answer.status).toBe(status)
  if (status === 200)
    expect(answer.body).toMatchObject({ requestContext: { authorizer: { lambda: { a: 1 } } } })
})

test('[4.5] a kept policy is applied to each route', async () => {
  const policyDocument = { Version: '2012-10-17', Statement: allow(`${ARN}/GET/orders/7`) }
  const { ask, asked } = await serveApi(() => success({ policyDocument }), {
    enableSimpleResponses: false,
    authorizerResultTtlInSeconds: 60,
  })
  const statuses = [await ask('/orders/7', { authorization }), await ask('/orders/8', { authorization })]
  expect(statuses.map(({ status }) => status)).toEqual([200, 403])
  expect(asked.length).toBe(1)
})

test.each(['', '/'])('[4.5] the root of a stage is a slash in its ARN, asked with "%s" too', async (path) => {
  const { ask } = await serveApi(() => success({ policyDocument: { Statement: allow(`${ARN}/GET/`) } }), {
    enableSimpleResponses: false,
    routes: { 'GET /': {} },
  })
  expect((await ask(path, { authorization })).status).toBe(200)
})

test.each([
  [{ authorizerResultTtlInSeconds: 1, identitySource: [] }, 'Identity source must be set'],
  [{ authorizerResultTtlInSeconds: 3601 }, '3600'],
  [{ authorizerPayloadFormatVersion: '1.0' }, 'format 2.0 only'],
  [{ identitySource: ['$request.body.token'] }, 'An identity source is'],
  [{ identitySource: ['$context.nothing'] }, 'knows these context variables: accountId'],
])('[4.5] the settings %j are refused', (more, message) => {
  expect(lambdaAuthorizer.safeParse({ ...simple, ...more }).error?.message).toContain(message)
})

import { isAPIGatewayProxyEventV2 } from '@aws-lambda-powertools/event-handler/http'
import {
  APIGatewayProxyEventV2Schema,
  APIGatewayRequestAuthorizerEventV2Schema,
  EventBridgeSchema,
  KafkaMskEventSchema,
  LambdaFunctionUrlSchema,
} from '@aws-lambda-powertools/parser/schemas'
import { expect, test } from 'vitest'
import { toHttpEvent } from '../api-gateway/http-event.ts'
import { createLambdaAuthorizer } from '../api-gateway/lambda-authorizer.ts'
import { lambdaAuthorizer } from '../api-gateway/lambda-authorizer-settings.ts'
import { parseTarget } from '../api-gateway/request-target.ts'
import { createRouting } from '../api-gateway/routing.ts'
import { createMskEventFormat } from '../event-source-mapping/msk-event/msk-event.ts'
import { toUrlEvent } from '../function-url/url-event.ts'
import { newGatewayRequestId, newTraceRoot } from '../lambda/trace-ids.ts'
import { createSchedule } from '../schedules/schedule.ts'

// AWS's own library for handlers must take every event that the runner makes.

const bytes = Buffer.from([0, 255, 1])
const findRoute = createRouting(['GET /a/{id}', 'ANY /{proxy+}', '$default'])

test.each([
  ['the smallest request', 'GET', '/', [], Buffer.alloc(0)],
  ['every optional field', 'GET', '/a/%E2%98%95?b=1&b=2', ['Cookie', 'c=1; d=2'], Buffer.alloc(0)],
  ['a JSON body', 'POST', '/x', ['Content-Type', 'application/json'], Buffer.from('{}')],
  ['a binary body', 'PUT', '/x', ['Content-Type', 'application/octet-stream'], bytes],
  ['a form', 'POST', '/x', ['Content-Type', 'application/x-www-form-urlencoded'], Buffer.from('a=1')],
  ['a body without a type', 'DELETE', '/x', [], bytes],
])('[4.1] Powertools accepts the event of %s', (_, method, url, rawHeaders, body) => {
  const epochMs = Date.now()
  const route = findRoute(method, parseTarget(url).path)
  if (!route) throw new Error('no route')
  const event: unknown = JSON.parse(
    JSON.stringify(
      toHttpEvent(
        { method, url, rawHeaders, sourceIp: '127.0.0.1', body },
        route,
        { requestId: newGatewayRequestId(), traceId: newTraceRoot(epochMs), epochMs },
        { stage: 'prod', stageVariables: { shop: 'north' } },
        { jwt: { claims: { sub: 'c-42' }, scopes: ['orders:read'] } },
      ),
    ),
  )
  expect(isAPIGatewayProxyEventV2(event)).toBe(true)
  expect(APIGatewayProxyEventV2Schema.safeParse(event).error).toBeUndefined()
})

test.each([
  ['/', 'GET', [], Buffer.alloc(0)],
  ['/a%2Fb?c=%20', 'POST', ['Cookie', 'd=1', 'Content-Type', 'text/plain'], Buffer.from('text')],
])('[3.9] Powertools accepts the event of a function URL for %s', (url, method, rawHeaders, body) => {
  const event: unknown = JSON.parse(
    JSON.stringify(
      toUrlEvent(
        { method, url, rawHeaders, sourceIp: '127.0.0.1', body },
        { requestId: 'r-1', traceId: newTraceRoot(0), epochMs: 0 },
      ),
    ),
  )
  expect(LambdaFunctionUrlSchema.safeParse(event).error).toBeUndefined()
})

test.each([
  [
    'with every optional field',
    '/a/1?b=2',
    ['Authorization', 'x', 'Cookie', 'c=1'],
    ['$request.header.authorization'],
  ],
  ['without any', '/', [], []],
])(
  '[4.5] Powertools accepts the event of a Lambda authorizer %s',
  async (_, url, rawHeaders, identitySource) => {
    const route = findRoute('GET', url.split('?')[0] ?? '')
    if (!route) throw new Error('no route')
    const event = toHttpEvent(
      { method: 'GET', url, rawHeaders, sourceIp: '127.0.0.1', body: Buffer.alloc(0) },
      route,
      { requestId: 'r-1', traceId: newTraceRoot(0), epochMs: 0 },
      { stage: '$default', stageVariables: { shop: 'north' } },
    )
    const asked: unknown[] = []
    const authorize = createLambdaAuthorizer({
      settings: lambdaAuthorizer.parse({
        authorizerType: 'REQUEST',
        functionName: 'auth',
        enableSimpleResponses: true,
        identitySource,
        routes: {},
      }),
      invoke: async (payload) => {
        asked.push(JSON.parse(payload))
        return { outcome: 'success', payload: '{"isAuthorized":true}' }
      },
      onProblem: (problem) => expect.fail(problem),
      elapsedMs: () => 0,
    })
    const authorized = await authorize({ authorization: 'x' }, '', () => event)
    expect(APIGatewayRequestAuthorizerEventV2Schema.safeParse(asked[0]).error).toBeUndefined()
    const guarded = { ...event, requestContext: { ...event.requestContext, ...authorized } }
    expect(guarded.requestContext).toHaveProperty('authorizer.lambda', null)
    expect(APIGatewayProxyEventV2Schema.safeParse(guarded).error).toBeUndefined()
  },
)

test('[1.1] Powertools accepts the MSK event', () => {
  const { toRecord, toPayload } = createMskEventFormat('order-topic', '127.0.0.1:9092')
  const message = {
    key: Buffer.from('o-1'),
    value: Buffer.from('{"a":1}'),
    offset: '7',
    timestamp: '1700000000000',
    attributes: 0,
    headers: { trace: Buffer.from('1') },
  }
  const keyless = { ...message, key: null, offset: '8', headers: {} }
  const event: unknown = JSON.parse(
    toPayload([toRecord(0, message), toRecord(0, keyless), toRecord(3, message)]),
  )
  expect(KafkaMskEventSchema.safeParse(event).error).toBeUndefined()
})

test.each([undefined, 'Europe/Berlin'])(
  '[3.10] Powertools accepts the scheduled event of the time zone %s',
  async (scheduleExpressionTimezone) => {
    const sent = Promise.withResolvers<string>()
    const { start, stop } = createSchedule({
      functionName: 'order',
      trigger: { scheduleExpression: 'rate(1 minute)', scheduleExpressionTimezone, localRateMs: 1 },
      now: () => Date.now(),
      invoke: async (payload) => {
        sent.resolve(payload)
        return { outcome: 'success', payload: 'null' }
      },
    })
    start()
    const event: unknown = JSON.parse(await sent.promise)
    stop()
    expect(EventBridgeSchema.safeParse(event).error).toBeUndefined()
  },
)

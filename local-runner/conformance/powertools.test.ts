import { isAPIGatewayProxyEventV2 } from '@aws-lambda-powertools/event-handler/http'
import {
  APIGatewayProxyEventV2Schema,
  EventBridgeSchema,
  KafkaMskEventSchema,
} from '@aws-lambda-powertools/parser/schemas'
import { expect, test } from 'vitest'
import { toHttpEvent } from '../api-gateway/http-event.ts'
import { parseTarget } from '../api-gateway/request-target.ts'
import { createRouting } from '../api-gateway/routing.ts'
import { createMskEventFormat } from '../event-source-mapping/msk-event/msk-event.ts'
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

test('Powertools accepts the scheduled event', async () => {
  const sent = Promise.withResolvers<string>()
  const { start, stop } = createSchedule({
    functionName: 'order',
    trigger: { scheduleExpression: 'rate(1 minute)', localRateMs: 1 },
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
})

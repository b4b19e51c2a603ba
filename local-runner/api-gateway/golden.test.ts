import { readFileSync } from 'node:fs'
import { isAPIGatewayProxyEventV2 } from '@aws-lambda-powertools/event-handler/http'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { serve } from '../testing/serve.ts'
import { createHttpEntry } from './http-entry.ts'
import { toHttpEvent } from './http-event.ts'
import { parseTarget } from './request-target.ts'
import { createRouting } from './routing.ts'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8'))

const recordedEvents = z
  .array(
    z.object({
      name: z.string(),
      routeKeys: z.array(z.string()),
      request: z.object({
        method: z.string(),
        url: z.string(),
        headers: z.array(z.string()),
        sourceIp: z.string(),
      }),
      clock: z.object({ requestId: z.string(), traceId: z.string(), epochMs: z.number() }),
      event: z.unknown(),
    }),
  )
  .parse(read('events.json'))

const recordedResponses = z
  .array(
    z.object({
      name: z.string(),
      payload: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()),
      body: z.string(),
    }),
  )
  .parse(read('responses.json'))

const gateway = { stage: '$default', stageVariables: {} }

test.each(recordedEvents)(
  '[4.1] [6.13] the event is the one recorded from AWS, and Powertools accepts it: $name',
  ({ routeKeys, request, clock, event }) => {
    const { method, url, headers, sourceIp } = request
    const route = createRouting(routeKeys)(method, parseTarget(url).path)
    if (!route) throw new Error('the recorded request finds no route')
    const received = { method, url, rawHeaders: headers, sourceIp, body: Buffer.alloc(0) }
    const made: unknown = JSON.parse(JSON.stringify(toHttpEvent(received, route, clock, gateway)))
    expect(made).toEqual(event)
    expect(isAPIGatewayProxyEventV2(made)).toBe(true)
  },
)

test.each(recordedResponses)(
  '[4.3] [6.14] the response is the one recorded from AWS: $name',
  async ({ payload, status, headers, body }) => {
    const entry = createHttpEntry({
      findRoute: createRouting(['$default']),
      gateway,
      cors: undefined,
      authorizerOf: () => undefined,
      invoke: async () => ({ outcome: 'success', payload }),
      integrationTimeoutMs: 30_000,
      onInvalidAnswer: () => undefined,
    })
    const { url } = await serve(entry)
    const response = await fetch(url)
    expect(response.status).toBe(status)
    expect(Object.fromEntries(response.headers)).toMatchObject(headers)
    expect(response.headers.get('apigw-requestid')).toMatch(/^[\w+/]{15}=$/)
    expect(await response.text()).toBe(body)
  },
)

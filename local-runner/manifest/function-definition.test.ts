import { expect, test } from 'vitest'
import { functionDefinition } from './function-definition.ts'

const parse = (more: object) =>
  functionDefinition.safeParse({ name: 'order', port: 1, triggers: {}, ...more })

test('[3.4] without a word a function has 3 s and 128 MB', () => {
  expect(parse({}).data).toMatchObject({ timeout: 3, memorySize: 128 })
})

test.each([
  [{ timeout: 0 }, { timeout: 1 }],
  [{ timeout: 901 }, { timeout: 900 }],
  [{ memorySize: 127 }, { memorySize: 128 }],
  [{ memorySize: 10_241 }, { memorySize: 10_240 }],
])('[3.4] %j is refused, and %j is not', (refused, taken) => {
  expect([parse(refused).success, parse(taken).success]).toEqual([false, true])
})

test('[3.8] maxConcurrency goes from 1 to 1,600', () => {
  expect([0, 1, 1600, 1601].map((maxConcurrency) => parse({ maxConcurrency }).success)).toEqual([
    false,
    true,
    true,
    false,
  ])
})

test('[4.3] an HTTP API has 300 routes at most', () => {
  const http = Array.from({ length: 301 }, (_, index) => `GET /orders/${index}`)
  const taken = [300, 301].map((count) => parse({ triggers: { http: http.slice(0, count) } }).success)
  expect(taken).toEqual([true, false])
})

const tenancyConfig = { tenantIsolationMode: 'PER_TENANT' }

test('[3.5] a function with tenant isolation has no trigger, as none names a tenant', () => {
  expect(parse({ tenancyConfig }).success).toBe(true)
  const http = ['GET /orders']
  const schedule = [{ scheduleExpression: 'rate(1 minute)' }]
  const kafka = [{ topics: ['order-topic'], startingPosition: 'LATEST' }]
  for (const triggers of [{ http }, { schedule }, { kafka }]) {
    expect(parse({ triggers }).success).toBe(true)
    expect(parse({ triggers, tenancyConfig }).error?.issues[0]?.path).toEqual(['tenancyConfig'])
  }
  expect(parse({ maxConcurrency: 2, tenancyConfig }).success).toBe(false)
  const functionUrlConfig = { authType: 'NONE', localPort: 9001 }
  expect(parse({ functionUrlConfig }).error).toBeUndefined()
  expect(parse({ functionUrlConfig, tenancyConfig }).success).toBe(false)
})

import { expect, test } from 'vitest'
import type { InvocationResult } from '../lambda/invocation.ts'
import { createSchedule, rateMs } from './schedule.ts'

const success: InvocationResult = { outcome: 'success', payload: 'null' }

test("sends EventBridge's event, again and again, and never while one still runs", async () => {
  const payloads: string[] = []
  let running = 0
  let most = 0
  const { start, stop } = createSchedule({
    functionName: 'order',
    everyMs: 10,
    now: () => Date.UTC(2026, 0, 1, 12, 0, 0, 345),
    invoke: async (payload) => {
      payloads.push(payload)
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return success
    },
  })
  start()
  await expect.poll(() => payloads.length).toBeGreaterThan(2)
  stop()
  expect(most).toBe(1)
  expect(JSON.parse(payloads[0] ?? '')).toEqual({
    version: '0',
    id: expect.any(String) as unknown,
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: '2026-01-01T12:00:00Z',
    region: 'us-east-1',
    resources: ['arn:aws:events:us-east-1:000000000000:rule/order-schedule'],
    detail: {},
  })
  expect(new Set(payloads).size).toBe(payloads.length)
})

test('a clock that steps back delays no call', async () => {
  let calls = 0
  let clockMs = 0
  const { start, stop } = createSchedule({
    functionName: 'order',
    everyMs: 10,
    now: () => clockMs,
    invoke: async () => {
      calls++
      clockMs -= 60_000
      return success
    },
  })
  start()
  await expect.poll(() => calls).toBeGreaterThan(1)
  stop()
})

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', 86_400_000],
  ['rate(1 minutes)', undefined],
  ['rate(5 minute)', undefined],
  ['rate(0 minutes)', undefined],
  ['cron(0 * * * ? *)', undefined],
])('%s is every %s ms', (expression, ms) => {
  expect(rateMs(expression)).toBe(ms)
})

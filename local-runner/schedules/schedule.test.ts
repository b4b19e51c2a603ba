import { afterEach, expect, test, vi } from 'vitest'
import type { InvocationResult } from '../lambda/invocation.ts'
import { createSchedule } from './schedule.ts'

afterEach(() => vi.useRealTimers())

const success: InvocationResult = { outcome: 'success', payload: 'null' }

test("[3.10] sends EventBridge's event, again and again, and never while one still runs", async () => {
  const payloads: string[] = []
  let running = 0
  let most = 0
  const { start, stop } = createSchedule({
    functionName: 'order',
    trigger: { scheduleExpression: 'rate(1 minute)', localRateMs: 10 },
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
    trigger: { scheduleExpression: 'rate(1 minute)', localRateMs: 10 },
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

test('[3.10] a schedule with a time zone sends the event of EventBridge Scheduler, for the time that was due', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const payloads: string[] = []
  let clockMs = Date.parse('2026-07-01T10:29:30Z')
  const { start, stop } = createSchedule({
    functionName: 'order',
    trigger: { scheduleExpression: 'cron(30 12 * * ? *)', scheduleExpressionTimezone: 'Europe/Berlin' },
    now: () => clockMs,
    invoke: async (payload) => {
      payloads.push(payload)
      return success
    },
  })
  start()
  clockMs += 31_000
  await vi.advanceTimersByTimeAsync(1_000)
  stop()
  expect(payloads.map((payload) => JSON.parse(payload) as unknown)).toEqual([
    {
      version: '0',
      id: expect.any(String) as unknown,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: '000000000000',
      time: '2026-07-01T10:30:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/order-schedule'],
      detail: '{}',
    },
  ])
})

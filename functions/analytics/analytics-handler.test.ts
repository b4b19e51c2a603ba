import { expect, test } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { MAX_TOTAL_MINOR } from '../../shared/orders/constants.ts'
import { CANCELLED, CONFIRMED, type OrderEvent } from '../../shared/orders/order-event.ts'
import { toRecord } from '../../shared/orders/order-record.ts'
import { testContext } from '../../shared/testing/context.ts'
import { httpEvent } from '../../shared/testing/http-event.ts'
import { mskEvent } from '../../shared/testing/msk-event.ts'
import { placed } from '../../shared/testing/placed-event.ts'
import { recordingLog } from '../../shared/testing/recording-log.ts'
import { redrivenTo } from '../../shared/testing/redriven-to.ts'
import { createAnalyticsHandler } from './analytics-handler.ts'
import { createMemoryCounters } from './counters.memory.ts'
import type { Counters } from './counters.ts'

function setup(overrides: Partial<Counters> = {}) {
  const dead: { readonly offset: number; readonly code: string }[] = []
  const handler = createAnalyticsHandler({
    counters: { ...createMemoryCounters(), ...overrides },
    deadLetter: async ({ offset }, { code }) => void dead.push({ offset, code }),
    log: recordingLog().log,
    now: () => new Date('2026-11-24T12:00:00.000Z'),
  })
  const feed = (...events: readonly OrderEvent[]) =>
    handler(mskEvent(events.map((event, offset) => ({ ...toRecord(event), offset }))), testContext())
  const get = () => handler(httpEvent({ method: 'GET', path: '/analytics/summary' }), testContext())
  const summary = async (): Promise<unknown> => JSON.parse(((await get()) as { readonly body: string }).body)
  return { handler, feed, get, summary, dead }
}

const confirmed: OrderEvent = { ...placed, type: CONFIRMED, eventId: 'ord_1:2', sequence: 2 }
const cancelled: OrderEvent = { ...placed, type: CANCELLED, eventId: 'ord_1:3', sequence: 3 }
const order = (orderId: string, changes: Partial<OrderEvent>): OrderEvent => ({
  ...placed,
  orderId,
  eventId: `${orderId}:1`,
  ...changes,
})

test('counts what was placed, confirmed and cancelled', async () => {
  const { feed, summary } = setup()
  expect(await feed(placed, confirmed, cancelled)).toEqual({ batchItemFailures: [] })
  await feed(order('ord_2', { customerId: 'c-2', currency: 'JPY', totalMinor: 500 }))
  expect(await summary()).toEqual({
    orders: { placed: 2, confirmed: 1, cancelled: 1 },
    units: 4,
    revenueMinor: { EUR: 2598, JPY: 500 },
    cancelledUnits: 2,
    cancelledRevenueMinor: { EUR: 2598 },
    customers: 2,
    topSkus: [{ sku: 'tea', units: 4 }],
  })
})

test('row 20: counts an event that comes again, as its offset was not committed, once', async () => {
  const { feed, summary } = setup()
  await feed(placed, confirmed, placed)
  const once = await summary()
  await feed(placed, confirmed)
  expect(await summary()).toEqual(once)
  expect(once).toMatchObject({ orders: { placed: 1, confirmed: 1 }, units: 2 })
})

test('shows the ten SKUs with most units, ties by name', async () => {
  const { feed, summary } = setup()
  const line = (sku: string, quantity: number) => ({ sku, quantity, unitPriceMinor: 1 })
  const lines = Array.from({ length: 12 }, (_, index) => line(`sku-${String(index).padStart(2, '0')}`, 1))
  await feed(order('ord_1', { lines: [...lines, line('best', 9), line('sku-11', 3)] }))
  const { topSkus } = (await summary()) as { readonly topSkus: readonly { readonly sku: string }[] }
  expect(topSkus.slice(0, 3)).toEqual([
    { sku: 'best', units: 9 },
    { sku: 'sku-11', units: 4 },
    { sku: 'sku-00', units: 1 },
  ])
  expect(topSkus).toHaveLength(10)
})

test('gives sums beyond 2^53 as digits, none of them rounded', async () => {
  const { feed, summary } = setup()
  const largest = (id: number) => order(`ord_${id}`, { totalMinor: MAX_TOTAL_MINOR - 1 })
  await feed(...Array.from({ length: 9 }, (_, index) => largest(index)))
  expect(await summary()).toMatchObject({ revenueMinor: { EUR: 8999999999999991 } })
  await feed(largest(9), largest(10))
  expect(await summary()).toMatchObject({ revenueMinor: { EUR: '10999999999999989' } })
})

test('takes a SKU named like a property of every object', async () => {
  const { feed, summary } = setup()
  const lines = ['constructor', 'toString'].map((sku) => ({ sku, quantity: 1, unitPriceMinor: 1 }))
  expect(await feed(order('ord_1', { lines }))).toEqual({ batchItemFailures: [] })
  expect(await summary()).toMatchObject({
    topSkus: [
      { sku: 'constructor', units: 1 },
      { sku: 'toString', units: 1 },
    ],
  })
})

test('skips an unknown type and dead-letters what is no order event or has no room', async () => {
  const { handler, dead } = setup({ applyOnce: async () => 'OVERFLOW' })
  const foreign = {
    topic: 'order-topic',
    offset: 0,
    value: '{}',
    headers: { ce_type: 'com.example.other.v1' },
  }
  const broken = { topic: 'order-topic', offset: 1, value: '{' }
  const batch = mskEvent([foreign, broken, { ...toRecord(placed), offset: 2 }])
  expect(await handler(batch, testContext())).toEqual({ batchItemFailures: [] })
  expect(dead).toEqual([
    { offset: 1, code: 'event_invalid' },
    { offset: 2, code: 'counter_overflow' },
  ])
})

test('row 26: an event older than the horizon is parked, not counted; one within it is', async () => {
  const { feed, summary, dead } = setup()
  const of = (orderId: string, occurredAt: string) => order(orderId, { occurredAt })
  await feed(of('ord_1', '2026-11-08T11:59:59.999Z'), of('ord_2', '2026-11-08T12:00:00.000Z'))
  expect(dead).toEqual([{ offset: 0, code: 'event_too_old' }])
  expect(await summary()).toMatchObject({ orders: { placed: 1 } })
})

test('the schedule forgets the events of days past the horizon, and of no other', async () => {
  const days: string[] = []
  const { handler } = setup({ forgetDay: async (day) => void days.push(day.slice(0, 10)) })
  await handler({ source: 'aws.events', 'detail-type': 'Scheduled Event' }, testContext(60_000))
  expect(days[0]).toBe('2026-11-06')
  expect(days.at(-1)).toBe('2026-08-27')
})

test('has the record retried when Redis is away, and counts the customer and the order once in the end', async () => {
  const outage = new AppError('unavailable', 'redis_unavailable', 'Redis did not answer')
  const counters = createMemoryCounters()
  const away = setup({ ...counters, applyOnce: () => Promise.reject(outage) })
  expect(await away.feed(placed)).toMatchObject({ batchItemFailures: [{}] })
  expect(away.dead).toEqual([])
  const back = setup(counters)
  await back.feed(placed)
  expect(await back.summary()).toMatchObject({ orders: { placed: 1 }, customers: 1 })
})

test('answers 503 when Redis is away', async () => {
  const outage = new AppError('unavailable', 'redis_unavailable', 'Redis did not answer')
  expect(await setup({ totals: () => Promise.reject(outage) }).get()).toMatchObject({ statusCode: 503 })
})

test('a rebuild from the log counts what is not counted, and a comparison tells the sums of both', async () => {
  const { handler, feed, summary } = setup()
  const step = (what: string, ...events: readonly OrderEvent[]) =>
    handler(
      {
        source: 'order-pipeline.reconcile',
        'detail-type': what,
        detail: mskEvent(events.map((event, offset) => ({ ...toRecord(event), offset }))),
      },
      testContext(),
    )
  const log = [placed, confirmed, order('ord_2', { customerId: 'c-2' }), cancelled]
  await feed(placed)
  expect(await step('compare', ...log)).toMatchObject({
    differences: ['customer c-2 is in the log, but not counted'],
    sums: { 'orders:placed': '2', 'orders:confirmed': '1', 'orders:cancelled': '1', units: '4' },
  })
  expect(await step('totals')).toMatchObject({ sums: { 'orders:placed': '1', units: '2' } })
  expect(await step('rebuild', ...log)).toMatchObject({ notes: { 'events counted': 3 } })
  expect(await step('rebuild', ...log)).toMatchObject({ notes: {} })
  const compared = (await step('compare', ...log)) as { readonly sums: unknown }
  expect(await step('totals')).toMatchObject({ differences: [], sums: compared.sums })
  expect(await summary()).toMatchObject({ orders: { placed: 2, confirmed: 1, cancelled: 1 }, customers: 2 })
})

test('a rebuild counts an event once, also when its record was redriven here, and not when only another function got it', async () => {
  const { handler, summary } = setup()
  const records = [
    toRecord(placed),
    redrivenTo('analytics', toRecord(placed)),
    redrivenTo('stock', toRecord(order('ord_2', {}))),
    redrivenTo('analytics', toRecord(order('ord_3', {}))),
  ]
  const detail = mskEvent(records.map((record, offset) => ({ ...record, offset })))
  const event = { source: 'order-pipeline.reconcile', 'detail-type': 'rebuild', detail }
  expect(await handler(event, testContext())).toMatchObject({
    notes: { 'events counted': 2 },
    redrivenElsewhere: ['order-topic-0@2'],
  })
  expect(await summary()).toMatchObject({ orders: { placed: 2 } })
})

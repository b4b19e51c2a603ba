import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { LEASE_MS } from '../../../shared/orders/constants.ts'
import { intentsKey, orderKey, ordersByAgeKey, orderShard } from '../../../shared/orders/keys.ts'
import {
  CANCELLED,
  CONFIRMED,
  type OrderEvent,
  PLACED,
  toOrderEvent,
} from '../../../shared/orders/order-event.ts'
import { toRecord } from '../../../shared/orders/order-record.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { expectUntouched } from '../../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../../shared/testing/hosts.ts'
import { mskEvent, type TestRecord } from '../../../shared/testing/msk-event.ts'
import { redrivenTo } from '../../../shared/testing/redriven-to.ts'
import { createMemoryCustomerOrders } from '../orders/customer-orders.memory.ts'
import { createCustomerOrders } from '../orders/customer-orders.ts'
import { createMemoryIntents } from '../orders/intents.memory.ts'
import { createIntents } from '../orders/intents.ts'
import { type Order, toStoredEvent } from '../orders/order.ts'
import { createMemoryOrderState } from '../orders/order-state.memory.ts'
import { createMemoryOrders } from '../orders/orders.memory.ts'
import { createOrders } from '../orders/orders.ts'
import { createMemoryOrderRebuild } from './order-rebuild.memory.ts'
import { createOrderRebuild } from './order-rebuild.ts'
import { reconcileOrders } from './reconcile-orders.ts'

const order: Order = {
  orderId: 'ord_1',
  status: 'ACCEPTED',
  customerId: 'c-1',
  email: 'c-1@example.test',
  lines: [{ sku: 'tea', quantity: 2, unitPriceMinor: 450 }],
  currency: 'EUR',
  totalMinor: 900,
  placedAt: '2026-11-24T10:00:00.000Z',
}
const { orderId, status: _status, placedAt: _placedAt, ...priced } = order
const eventOf = (type: OrderEvent['type'], sequence: number): OrderEvent =>
  toOrderEvent(
    toStoredEvent(order, 1, { type, occurredAt: '2026-11-24T10:00:01.000Z', fingerprint: 'f1' }),
    sequence,
  )
const placed = eventOf(PLACED, 1)
const confirmed = eventOf(CONFIRMED, 2)
const cancelled = eventOf(CANCELLED, 3)

const onRedis = (redis: RedisConnection) => () => ({
  orders: createOrders(redis),
  intents: createIntents(redis),
  customerOrders: createCustomerOrders(redis),
  rebuild: createOrderRebuild(redis),
  endLease: async () => {
    await redis.use((client) => client.hset(orderKey(orderId), 'lease', 1))
  },
})

function inMemory() {
  let nowMs = Date.UTC(2026, 10, 24)
  const state = createMemoryOrderState(() => nowMs)
  return {
    orders: createMemoryOrders(state),
    intents: createMemoryIntents(state),
    customerOrders: createMemoryCustomerOrders(),
    rebuild: createMemoryOrderRebuild(state),
    endLease: async () => void (nowMs += LEASE_MS),
  }
}

const report = z.object({
  differences: z.array(z.string()),
  notes: z.record(z.string(), z.number()),
})

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  function setup() {
    const store = create()
    const reconcile = reconcileOrders(store)
    const feed = async (step: string, ...records: TestRecord[]) =>
      report.parse(
        await reconcile({
          source: 'order-pipeline.reconcile',
          'detail-type': step,
          detail: mskEvent(records.map((record, offset) => ({ ...record, offset }))),
        }),
      )
    const run = (step: string, ...events: OrderEvent[]) => feed(step, ...events.map(toRecord))
    return { ...store, feed, run }
  }

  test('an order that is gone comes back with its state, its events and its place on the list', async () => {
    const { run, orders, customerOrders } = setup()
    expect(await run('rebuild', placed, confirmed, cancelled)).toEqual({
      differences: [],
      notes: { 'orders restored': 1, 'orders moved on': 2 },
    })
    expect(await orders.find(orderId)).toEqual({
      order: { ...order, status: 'CANCELLED' },
      version: 3,
      attempt: 1,
    })
    expect(await orders.eventsOf(orderId)).toEqual([placed, confirmed, cancelled])
    expect(await customerOrders.page('c-1', 9, undefined)).toEqual([
      { orderId, placedMs: Date.parse(order.placedAt) },
    ])
    expect(await run('compare', placed, confirmed, cancelled)).toEqual({ differences: [], notes: {} })
  })

  test('a copy that was redriven to a function that reads the log changes nothing, or restores the order if no other can be read', async () => {
    const { feed, orders } = setup()
    const copy = redrivenTo('stock', toRecord(placed))
    expect(await feed('rebuild', { ...toRecord(placed), value: '{' }, copy, copy)).toEqual({
      differences: [],
      notes: { 'orders restored': 1 },
    })
    expect(await orders.eventsOf(orderId)).toEqual([placed])
  })

  test('a repeat of its request is answered as before, and another request with its key refused', async () => {
    const { run, orders } = setup()
    await run('rebuild', placed, confirmed)
    const answer = JSON.stringify(order)
    expect(await orders.begin(orderId, 'f1', priced)).toMatchObject({ outcome: 'REPLAY', published: true })
    const begun = await orders.begin(orderId, 'f1', priced)
    if (begun.outcome !== 'REPLAY') throw new Error(begun.outcome)
    expect(JSON.parse(begun.answer)).toEqual(JSON.parse(answer))
    expect(await orders.begin(orderId, 'f2', priced)).toEqual({ outcome: 'MISMATCH' })
  })

  test('a rebuild changes nothing that is there already, nor what is past the log', async () => {
    const { run, orders } = setup()
    await run('rebuild', placed, confirmed)
    await orders.cancel(toStoredEvent(order, 1, { type: CANCELLED, occurredAt: '2026-11-24T11:00:00.000Z' }))
    expect(await run('rebuild', placed, confirmed)).toEqual({ differences: [], notes: {} })
    expect(await orders.find(orderId)).toMatchObject({ order: { status: 'CANCELLED' }, version: 3 })
    expect(await orders.eventsOf(orderId)).toHaveLength(3)
  })

  test('the order of the events does not matter', async () => {
    const { run, orders } = setup()
    await run('rebuild', confirmed, placed)
    expect(await orders.find(orderId)).toMatchObject({ order: { status: 'CONFIRMED' }, version: 2 })
    expect(await orders.eventsOf(orderId)).toEqual([placed, confirmed])
  })

  test('an order that was given up, because its acceptance was lost, is accepted again', async () => {
    const { run, endLease, orders, intents } = setup()
    await orders.begin(orderId, 'f1', priced)
    await endLease()
    await intents.abort(orderId, 1)
    expect(await intents.due(orderShard(orderId), 9)).toEqual([orderId])
    expect(await run('rebuild', placed)).toMatchObject({ notes: { 'orders moved on': 1 } })
    expect(await orders.find(orderId)).toMatchObject({ order: { status: 'ACCEPTED' }, version: 1 })
    expect(await intents.due(orderShard(orderId), 9)).toEqual([])
    expect(await orders.begin(orderId, 'f1', priced)).toMatchObject({ outcome: 'REPLAY', published: true })
  })

  test('a comparison names what is missing and what disagrees, and changes nothing', async () => {
    const { run, customerOrders } = setup()
    expect((await run('compare', placed)).differences).toEqual([
      `order ${orderId} is in the log, but not in Redis`,
    ])
    await run('rebuild', placed)
    await customerOrders.remove('c-1', orderId)
    expect((await run('compare', placed, confirmed)).differences).toEqual([
      `order ${orderId} is not on the list of its customer`,
      `order ${orderId} has nothing as event 2, by the log ${CONFIRMED}`,
      `order ${orderId} is ACCEPTED at version 1; the log has ${CONFIRMED} as event 2`,
      `order ${orderId} is not on the list of its customer`,
    ])
    await run('rebuild', cancelled)
    expect((await run('compare', cancelled)).differences).toEqual([
      `order ${orderId} has 2 of 3 events; the others never reached the log`,
    ])
  })
})

onRedisOnly((redis) => {
  const restore = () => createOrderRebuild(redis).restore(placed, { state: 'ACCEPTED', priced, answer: '{}' })

  test.each([
    ['intents', intentsKey(orderShard(orderId))],
    ['orders by age', ordersByAgeKey(orderShard(orderId))],
  ])('a restore that finds the %s of another type changes nothing', async (_name, key) => {
    await redis.use((client) => client.set(key, 'x'))
    await expectUntouched(redis, restore)
  })

  test('an accepted order whose version is no number is unusable', async () => {
    await redis.use((client) => client.hset(orderKey(orderId), { st: 'ACCEPTED', v: 'x' }))
    await expectUntouched(redis, restore)
  })
})

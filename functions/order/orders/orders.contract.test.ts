import { describe, expect, test } from 'vitest'
import { LEASE_MS } from '../../../shared/orders/constants.ts'
import {
  dueOutboxesKey,
  eventsKey,
  intentsKey,
  orderKey,
  orderOutboxKey,
  ordersByAgeKey,
  orderShard,
  watchListKey,
} from '../../../shared/orders/keys.ts'
import { PLACED } from '../../../shared/orders/order-event.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import { expectUntouched } from '../../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../../shared/testing/hosts.ts'
import { createMemoryOutbox } from '../publish/outbox.memory.ts'
import { createOutbox } from '../publish/outbox.ts'
import { createMemoryIntents } from './intents.memory.ts'
import { createIntents } from './intents.ts'
import { type Order, type PricedOrder, toStoredEvent } from './order.ts'
import orderFail from './order-fail.lua'
import { createMemoryOrderState } from './order-state.memory.ts'
import { createMemoryOrders } from './orders.memory.ts'
import { type BeginResult, createOrders, type Orders } from './orders.ts'
import { priced } from './priced-order.fixture.ts'

const ID = 'ord_1'
const shard = orderShard(ID)

const dearer: PricedOrder = {
  ...priced,
  lines: [{ sku: 'tea', quantity: 2, unitPriceMinor: 500 }],
  totalMinor: 1000,
}

function onRedis(redis: RedisConnection) {
  return () => ({
    ...createOrders(redis),
    ...createIntents(redis),
    ...createOutbox(redis),
    endLease: async () => {
      await redis.use((client) => client.hset(orderKey(ID), 'lease', 1))
    },
    makeDue: async () => {
      await redis.use((client) => client.zadd(dueOutboxesKey(shard), 'XX', 1, ID))
    },
  })
}

function inMemory() {
  let nowMs = Date.UTC(2026, 10, 24)
  const wait = async () => void (nowMs += LEASE_MS)
  const state = createMemoryOrderState(() => nowMs)
  return {
    ...createMemoryOrders(state),
    ...createMemoryIntents(state),
    ...createMemoryOutbox(state),
    endLease: wait,
    makeDue: wait,
  }
}

type New = Extract<BeginResult, { outcome: 'NEW' }>

async function beginNew({ begin }: Orders, body = priced): Promise<New> {
  const begun = await begin(ID, 'f1', body)
  if (begun.outcome !== 'NEW') throw new Error(`expected NEW, got ${begun.outcome}`)
  return begun
}

const toOrder = (begun: New): Order => ({
  orderId: ID,
  status: 'ACCEPTED',
  ...begun.priced,
  placedAt: begun.placedAt,
})
const toPlacedEvent = (order: Order, attempt: number) =>
  toStoredEvent(order, attempt, { type: PLACED, occurredAt: order.placedAt, fingerprint: 'f1' })
const acceptIt = (orders: Orders, begun: New) =>
  orders.accept(begun.attempt, JSON.stringify(toOrder(begun)), toPlacedEvent(toOrder(begun), begun.attempt))

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  test('a new order id starts with attempt 1 and the body given', async () => {
    expect(await create().begin(ID, 'f1', priced)).toEqual({
      outcome: 'NEW',
      attempt: 1,
      placedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      priced,
    })
  })

  test('a second begin while the lease runs is told how long it has to wait', async () => {
    const orders = create()
    await beginNew(orders)
    const second = await orders.begin(ID, 'f1', priced)
    expect(second.outcome).toBe('IN_PROGRESS')
    const msLeft = second.outcome === 'IN_PROGRESS' ? second.msLeft : 0
    expect(msLeft).toBeGreaterThan(0)
    expect(msLeft).toBeLessThanOrEqual(LEASE_MS)
  })

  test('another fingerprint is a mismatch in every state, and changes nothing', async () => {
    const orders = create()
    const begun = await beginNew(orders)
    expect(await orders.begin(ID, 'f2', dearer)).toEqual({ outcome: 'MISMATCH' })
    await acceptIt(orders, begun)
    expect(await orders.begin(ID, 'f2', dearer)).toEqual({ outcome: 'MISMATCH' })
    expect(await orders.find(ID)).toEqual({ order: toOrder(begun), version: 1, attempt: 1 })
  })

  test('a begin after the lease takes over with the next attempt and the time and body of the first', async () => {
    const orders = create()
    const first = await beginNew(orders)
    await orders.endLease()
    expect(await orders.begin(ID, 'f1', dearer)).toEqual({ ...first, attempt: 2 })
    expect((await orders.begin(ID, 'f1', priced)).outcome).toBe('IN_PROGRESS')
  })

  test('an attempt that was taken over can neither accept nor reject', async () => {
    const orders = create()
    const first = await beginNew(orders)
    await orders.endLease()
    const second = await beginNew(orders)
    expect(await acceptIt(orders, first)).toBe('FENCED')
    expect(await orders.reject(ID, first.attempt, '[]')).toBe('FENCED')
    expect((await orders.find(ID))?.order.status).toBe('RESERVING')
    expect(await acceptIt(orders, second)).toBe('OK')
  })

  test('an accepted order is found with version 1, and accepting again changes nothing', async () => {
    const orders = create()
    const begun = await beginNew(orders)
    expect(await acceptIt(orders, begun)).toBe('OK')
    expect(await acceptIt(orders, begun)).toBe('ALREADY')
    expect(await orders.reject(ID, begun.attempt, '[]')).toBe('FENCED')
    expect(await orders.find(ID)).toEqual({ order: toOrder(begun), version: 1, attempt: 1 })
  })

  test('an accepted order replays its answer, as published only once that is acknowledged', async () => {
    const orders = create()
    const begun = await beginNew(orders)
    await acceptIt(orders, begun)
    const answer = JSON.stringify(toOrder(begun))
    const replay = { outcome: 'REPLAY', state: 'ACCEPTED', answer }
    expect(await orders.begin(ID, 'f1', dearer)).toEqual({ ...replay, published: false })
    await orders.acknowledge(ID, 1)
    expect(await orders.begin(ID, 'f1', dearer)).toEqual({ ...replay, published: true })
  })

  test('a rejected order stays rejected, replays its answer and cannot be accepted', async () => {
    const orders = create()
    const begun = await beginNew(orders)
    expect(await orders.reject(ID, begun.attempt, '["short"]')).toBe('OK')
    expect(await orders.reject(ID, begun.attempt, '["other"]')).toBe('ALREADY')
    await orders.finish(ID, begun.attempt)
    expect(await acceptIt(orders, begun)).toBe('FENCED')
    await orders.endLease()
    expect(await orders.begin(ID, 'f1', priced)).toMatchObject({
      outcome: 'REPLAY',
      state: 'REJECTED',
      answer: '["short"]',
    })
  })

  test('an order nobody began can be neither accepted nor rejected nor found', async () => {
    const orders = create()
    const order = {
      orderId: ID,
      status: 'ACCEPTED' as const,
      ...priced,
      placedAt: '2026-11-24T00:00:00.000Z',
    }
    expect(await orders.accept(1, '{}', toPlacedEvent(order, 1))).toBe('FENCED')
    expect(await orders.reject(ID, 1, '[]')).toBe('FENCED')
    expect(await orders.find(ID)).toBeUndefined()
  })

  test('an accepted event waits in the outbox, is due after the publish lease, and a claim puts it off', async () => {
    const orders = create()
    await acceptIt(orders, await beginNew(orders))
    expect(await orders.claimDue(shard, 10)).toEqual([])
    await orders.makeDue()
    expect(await orders.claimDue(shard, 10)).toEqual([ID])
    expect(await orders.claimDue(shard, 10)).toEqual([])
  })

  test('an unpublished event is whole again, and none is left after its acknowledgement', async () => {
    const orders = create()
    const begun = await beginNew(orders)
    await acceptIt(orders, begun)
    const event = { ...toPlacedEvent(toOrder(begun), 1), eventId: `${ID}:1`, sequence: 1 }
    expect(await orders.unpublished(ID)).toMatchObject({ events: [event] })
    await orders.acknowledge(ID, 1)
    await orders.acknowledge(ID, 1)
    expect(await orders.unpublished(ID)).toEqual({ events: [], ageMs: 0 })
    await orders.makeDue()
    expect(await orders.claimDue(shard, 10)).toEqual([])
  })

  test('acknowledging an order that has no outbox is harmless', async () => {
    const orders = create()
    await orders.acknowledge(ID, 1)
    expect(await orders.unpublished(ID)).toEqual({ events: [], ageMs: 0 })
  })
})

// What only shows in the keys.

onRedisOnly((redis) => {
  test('the intent is kept while reserving and after a rejection until finish, and is gone after accept', async () => {
    const orders = { ...createOrders(redis), ...createIntents(redis) }
    const intents = () => redis.use((client) => client.zrange(intentsKey(shard), '0', '-1'))
    const begun = await beginNew(orders)
    await orders.finish(ID, begun.attempt)
    expect(await intents()).toEqual([ID])
    await orders.reject(ID, begun.attempt, '[]')
    await orders.finish(ID, begun.attempt + 1)
    expect(await intents()).toEqual([ID])
    await orders.finish(ID, begun.attempt)
    expect(await intents()).toEqual([])
    await orders.finish(ID, begun.attempt)

    await redis.use((client) => client.del(orderKey(ID)))
    await acceptIt(orders, await beginNew(orders))
    expect(await intents()).toEqual([])
  })

  test('accepting puts the order on the watch list, and no key of an order expires', async () => {
    const orders = createOrders(redis)
    await acceptIt(orders, await beginNew(orders))
    const keys = [orderKey(ID), orderOutboxKey(ID), eventsKey(ID), dueOutboxesKey(shard), watchListKey(shard)]
    expect(await redis.use((client) => Promise.all(keys.map((key) => client.ttl(key))))).toEqual([
      -1, -1, -1, -1, -1,
    ])
    expect(await redis.use((client) => client.zrange(watchListKey(shard), '0', '-1'))).toEqual([ID])
  })

  test('an aborted order is re-opened by the next begin, and an abort waits for the lease', async () => {
    const orders = createOrders(redis)
    const first = await beginNew(orders)
    const abort = (attempt: number) =>
      redis.script(
        defineScript(orderFail),
        [orderKey(ID), intentsKey(shard)],
        [ID, attempt, 'ABORTED', '', 1],
      )
    expect(await abort(1)).toBe('BUSY')
    await redis.use((client) => client.hset(orderKey(ID), 'lease', 1))
    expect(await abort(2)).toBe('FENCED')
    expect(await abort(1)).toBe('OK')
    expect(await abort(1)).toBe('ALREADY')
    expect(await acceptIt(orders, first)).toBe('FENCED')
    expect(await orders.begin(ID, 'f1', dearer)).toEqual({ ...first, attempt: 2 })
    // The abort of attempt 1 comes again, late: a newer attempt runs.
    expect(await abort(1)).toBe('FENCED')
  })

  test('a claim takes the oldest first, and no more than its limit', async () => {
    const { claimDue } = createOutbox(redis)
    await redis.use((client) => client.zadd(dueOutboxesKey(shard), '3', 'c', '1', 'a', '2', 'b'))
    expect(await claimDue(shard, 2)).toEqual(['a', 'b'])
    expect(await claimDue(shard, 2)).toEqual(['c'])
  })

  test('acknowledging the first of two events leaves the order due for the second', async () => {
    const { acknowledge, claimDue, unpublished } = createOutbox(redis)
    const orders = createOrders(redis)
    const begun = await beginNew(orders)
    await acceptIt(orders, begun)
    const second = JSON.stringify(toPlacedEvent(toOrder(begun), 1))
    await redis.use((client) => client.hset(eventsKey(ID), '2', second))
    await redis.use((client) => client.hset(orderOutboxKey(ID), '2', '1'))
    await acknowledge(ID, 1)
    await redis.use((client) => client.zadd(dueOutboxesKey(shard), 'XX', 1, ID))
    expect(await claimDue(shard, 10)).toEqual([ID])
    expect((await unpublished(ID)).events.map(({ sequence }) => sequence)).toEqual([2])
    await acknowledge(ID, 2)
    // A late acknowledgement of the first takes nothing back.
    await acknowledge(ID, 1)
    expect((await unpublished(ID)).events).toEqual([])
    expect(await redis.use((client) => client.zcard(dueOutboxesKey(shard)))).toBe(0)
  })

  test('a replay counts as published when Kafka has shown the first event, though it was never acknowledged', async () => {
    const orders = createOrders(redis)
    await acceptIt(orders, await beginNew(orders))
    await redis.use((client) => client.hset(orderOutboxKey(ID), '2', '1'))
    await redis.use((client) => client.hdel(orderOutboxKey(ID), '1'))
    expect(await orders.begin(ID, 'f1', priced)).toMatchObject({ outcome: 'REPLAY', published: true })
  })

  const putText = (key: string) => redis.use((client) => client.set(key, 'x'))

  test.each([
    ['intents', intentsKey(shard)],
    ['orders by age', ordersByAgeKey(shard)],
  ])('a begin that finds the %s of another type changes nothing', async (_name, key) => {
    const orders = createOrders(redis)
    await putText(key)
    await expectUntouched(redis, () => orders.begin(ID, 'f1', priced))
    await redis.use((client) => client.hset(orderKey(ID), 'st', 'RESERVING'))
    await redis.use((client) => client.hset(orderKey(ID), { fp: 'f1', att: 1, lease: 1, t0: 1 }))
    if (key === intentsKey(shard)) await expectUntouched(redis, () => orders.begin(ID, 'f1', priced))
  })

  test.each(['lease', 'att', 't0'])('a begin whose %s is no number changes nothing', async (field) => {
    const orders = onRedis(redis)()
    await beginNew(orders)
    await orders.endLease()
    await redis.use((client) => client.hset(orderKey(ID), field, 'x'))
    await expectUntouched(redis, () => orders.begin(ID, 'f1', priced))
  })

  test.each([
    ['intents', intentsKey(shard)],
    ['outbox', orderOutboxKey(ID)],
    ['due outboxes', dueOutboxesKey(shard)],
    ['watch list', watchListKey(shard)],
    ['events', eventsKey(ID)],
  ])('an accept that finds the %s of another type changes nothing', async (_name, key) => {
    const orders = createOrders(redis)
    const begun = await beginNew(orders)
    await putText(key)
    await expectUntouched(redis, () => acceptIt(orders, begun))
    await redis.use((client) => client.del(key))
    expect(await acceptIt(orders, begun)).toBe('OK')
  })

  test('nor does a rejection that finds the intents of another type', async () => {
    const orders = createOrders(redis)
    const begun = await beginNew(orders)
    await putText(intentsKey(shard))
    await expectUntouched(redis, () => orders.reject(ID, begun.attempt, '[]'))
  })

  test('nor an abort whose lease is no number', async () => {
    const orders = createOrders(redis)
    const begun = await beginNew(orders)
    await redis.use((client) => client.hset(orderKey(ID), 'lease', 'x'))
    await expectUntouched(redis, () =>
      redis.script(
        defineScript(orderFail),
        [orderKey(ID), intentsKey(shard)],
        [ID, begun.attempt, 'ABORTED', '', 1],
      ),
    )
  })
})

import { describe, expect, test } from 'vitest'
import { LONGEST_WATCH_MS, PUBLISH_LEASE_MS, WATCH_MS } from '../../../shared/orders/constants.ts'
import { dueOutboxesKey, orderOutboxKey, orderShard, watchListKey } from '../../../shared/orders/keys.ts'
import { CANCELLED, PLACED } from '../../../shared/orders/order-event.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { expectUntouched } from '../../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../../shared/testing/hosts.ts'
import { type Order, toStoredEvent } from '../orders/order.ts'
import { movableMemoryState } from '../orders/order-state.memory.ts'
import { createMemoryOrders } from '../orders/orders.memory.ts'
import { createOrders, type Orders } from '../orders/orders.ts'
import { priced } from '../orders/priced-order.fixture.ts'
import { shiftClock } from '../orders/shift-clock.fixture.ts'
import { createMemoryOutbox } from './outbox.memory.ts'
import { createOutbox } from './outbox.ts'
import { createMemoryWatchList } from './watch-list.memory.ts'
import { createWatchList } from './watch-list.ts'

const ID = 'ord_1'
const shard = orderShard(ID)

const onRedis = (redis: RedisConnection) => () => ({
  ...createOrders(redis),
  ...createOutbox(redis),
  ...createWatchList(redis),
  pass: (ms: number) => shiftClock(redis, ID, ms),
  /** As event-read-back.lua of the stock function does. */
  readBack: (_orderId: string, sequence: number) =>
    redis.use(async (client) => {
      await client.hdel(orderOutboxKey(ID), String(sequence))
      if ((await client.hkeys(orderOutboxKey(ID))).some((field) => field !== 'p')) return
      await client.del(orderOutboxKey(ID))
      await client.zrem(dueOutboxesKey(shard), ID)
      await client.zrem(watchListKey(shard), ID)
    }),
})
function inMemory() {
  const { state, pass } = movableMemoryState()
  return {
    ...createMemoryOrders(state),
    ...createMemoryOutbox(state),
    ...createMemoryWatchList(state),
    pass,
  }
}

async function acceptIt({ begin, accept }: Orders): Promise<Order> {
  const begun = await begin(ID, 'f1', priced)
  const placedAt = begun.outcome === 'NEW' ? begun.placedAt : ''
  const order: Order = { orderId: ID, status: 'ACCEPTED', ...priced, placedAt }
  await accept(1, JSON.stringify(order), toStoredEvent(order, 1, { type: PLACED, occurredAt: placedAt }))
  return order
}

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  test('an order that was acknowledged but not read back is due after the watch, and published again', async () => {
    const { due, nudge, acknowledge, claimDue, unpublished, pass, ...orders } = create()
    await acceptIt(orders)
    await acknowledge(ID, 1)
    await pass(WATCH_MS - 1000)
    expect(await due(shard, 10)).toEqual([])
    await pass(1000)
    expect(await due(shard, 10)).toEqual([ID])
    expect(await claimDue(shard, 10)).toEqual([])
    expect(await nudge(ID)).toBe('NUDGED')
    expect(await claimDue(shard, 10)).toEqual([ID])
    expect((await unpublished(ID)).events.map(({ eventId }) => eventId)).toEqual([`${ID}:1`])
  })

  test('the watch grows with the time that has passed, up to the longest', async () => {
    const { due, nudge, pass, ...orders } = create()
    await acceptIt(orders)
    await pass(10 * WATCH_MS)
    await nudge(ID)
    await pass(9 * WATCH_MS)
    expect(await due(shard, 10)).toEqual([])
    // More than what is left: the watch is longer by the moment that the test itself took.
    await pass(2 * WATCH_MS)
    expect(await due(shard, 10)).toEqual([ID])
    await pass(10 * LONGEST_WATCH_MS)
    await nudge(ID)
    await pass(LONGEST_WATCH_MS)
    expect(await due(shard, 10)).toEqual([ID])
  })

  test('only what was not read back is published again, and the watch closes with the last', async () => {
    const { due, nudge, readBack, unpublished, cancel, pass, ...orders } = create()
    const order = await acceptIt({ ...orders, cancel })
    await cancel(toStoredEvent(order, 1, { type: CANCELLED, occurredAt: order.placedAt }))
    await readBack(ID, 2)
    await pass(WATCH_MS)
    expect(await nudge(ID)).toBe('NUDGED')
    expect((await unpublished(ID)).events.map(({ sequence }) => sequence)).toEqual([1])
    await readBack(ID, 1)
    await pass(LONGEST_WATCH_MS)
    expect(await due(shard, 10)).toEqual([])
    expect(await nudge(ID)).toBe('CLOSED')
  })

  test('knows for how long an event has waited, whatever was claimed meanwhile', async () => {
    const { claimDue, unpublished, pass, ...orders } = create()
    await acceptIt(orders)
    await pass(PUBLISH_LEASE_MS)
    await claimDue(shard, 10)
    await pass(60_000)
    const { ageMs } = await unpublished(ID)
    expect(ageMs).toBeGreaterThanOrEqual(PUBLISH_LEASE_MS + 60_000)
    expect(ageMs).toBeLessThan(PUBLISH_LEASE_MS + 120_000)
  })

  test('a cancellation takes the order out of no other state than accepted and confirmed, once', async () => {
    const { cancel, find, unpublished, pass: _pass, ...orders } = create()
    const event = (order: Order) => toStoredEvent(order, 1, { type: CANCELLED, occurredAt: order.placedAt })
    const placedAt = '2026-11-24T00:00:00.000Z'
    const reserving: Order = { orderId: ID, status: 'RESERVING', ...priced, placedAt }
    expect(await cancel(event(reserving))).toEqual({ outcome: 'MISSING' })
    await orders.begin(ID, 'f1', priced)
    expect(await cancel(event(reserving))).toEqual({ outcome: 'REFUSED', state: 'RESERVING' })
    await orders.accept(1, '{}', toStoredEvent(reserving, 1, { type: PLACED, occurredAt: placedAt }))
    expect(await cancel(event(reserving))).toEqual({ outcome: 'OK', sequence: 2 })
    expect(await cancel(event(reserving))).toEqual({ outcome: 'ALREADY' })
    expect(await find(ID)).toMatchObject({ order: { status: 'CANCELLED' }, version: 2 })
    expect((await unpublished(ID)).events.map(({ sequence, type }) => [sequence, type])).toEqual([
      [1, PLACED],
      [2, CANCELLED],
    ])
  })
})

onRedisOnly((redis) => {
  test.each([
    ['due outboxes', dueOutboxesKey(shard)],
    ['watch list', watchListKey(shard)],
  ])('a nudge that finds the %s of another type changes nothing', async (_name, key) => {
    await redis.use((client) => client.hset(orderOutboxKey(ID), { 1: 1, p: 1 }))
    await redis.use((client) => client.set(key, 'x'))
    await expectUntouched(redis, () => createWatchList(redis).nudge(ID))
  })

  test('an outbox whose times are no numbers is unusable', async () => {
    await redis.use((client) => client.hset(orderOutboxKey(ID), { 1: 'x', p: 1 }))
    await expectUntouched(redis, () => createWatchList(redis).nudge(ID))
    await expectUntouched(redis, () => createOutbox(redis).unpublished(ID))
  })
})

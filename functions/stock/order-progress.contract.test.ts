import { describe, expect, test } from 'vitest'
import {
  dueOutboxesKey,
  eventsKey,
  orderKey,
  orderOutboxKey,
  orderShard,
  watchListKey,
} from '../../shared/orders/keys.ts'
import {
  CANCELLED,
  CONFIRMED,
  orderState,
  PLACED,
  type StoredEvent,
  toOrderEvent,
} from '../../shared/orders/order-event.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { expectUntouched } from '../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../shared/testing/hosts.ts'
import { createMemoryOrderProgress } from './order-progress.memory.ts'
import { createOrderProgress } from './order-progress.ts'

const ID = 'ord_1'
const shard = orderShard(ID)
const event: StoredEvent = {
  schemaVersion: 1,
  type: CONFIRMED,
  orderId: ID,
  attempt: 1,
  occurredAt: '2026-11-24T10:00:01.000Z',
  placedAt: '2026-11-24T10:00:00.000Z',
  customerId: 'c-1',
  email: 'c-1@example.test',
  currency: 'EUR',
  totalMinor: 900,
  lines: [{ sku: 'tea', quantity: 2, unitPriceMinor: 450 }],
}

const placed = toOrderEvent({ ...event, type: PLACED, occurredAt: event.placedAt }, 1)

const onRedis = (redis: RedisConnection) => () => ({
  ...createOrderProgress(redis),
  /** As order-accept.lua of the order function leaves it. */
  accepted: async (orderId: string) => {
    await redis.use((client) => client.hset(orderKey(orderId), { st: 'ACCEPTED', att: 1, v: 1 }))
    const { eventId: _eventId, sequence, ...stored } = placed
    await redis.use((client) => client.hset(eventsKey(orderId), sequence, JSON.stringify(stored)))
    await redis.use((client) => client.hset(orderOutboxKey(orderId), { 1: 1 }))
    await redis.use((client) => client.zadd(dueOutboxesKey(shard), '1', orderId))
    await redis.use((client) => client.zadd(watchListKey(shard), '1', orderId))
  },
  state: () => redis.use((client) => client.hget(orderKey(ID), 'st')),
  unreadNow: async () =>
    (await redis.use((client) => client.hkeys(orderOutboxKey(ID))))
      .filter((field) => field !== 'p')
      .map(Number),
})
const inMemory = () => {
  const { stateOf, unread, written, ...progress } = createMemoryOrderProgress()
  const accepted = (orderId: string) => written({ ...placed, orderId })
  return { ...progress, accepted, state: async () => stateOf(ID), unreadNow: async () => unread(ID) }
}

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  test('moves an accepted order on once, with the next sequence, whose event is then unread', async () => {
    const { accepted, move, state, unreadNow } = create()
    await accepted(ID)
    expect(await move('CONFIRMED', event)).toEqual({ outcome: 'OK', sequence: 2 })
    expect(await move('CONFIRMED', event)).toEqual({ outcome: 'ALREADY' })
    expect(await state()).toBe('CONFIRMED')
    expect(await unreadNow()).toEqual([1, 2])
  })

  test('has each event as it was written with the state, also after the order has moved on and all was read back', async () => {
    const { accepted, move, eventAt, readBack } = create()
    await accepted(ID)
    expect(await eventAt(ID, 1)).toEqual(placed)
    expect(await eventAt(ID, 2)).toBeUndefined()
    await move('CONFIRMED', event)
    await readBack(ID, 1)
    await readBack(ID, 2)
    expect(await eventAt(ID, 1)).toEqual(placed)
    expect(await eventAt(ID, 2)).toEqual(toOrderEvent(event, 2))
    expect(await eventAt('ord_2', 1)).toBeUndefined()
  })

  test('a move that is refused writes no event', async () => {
    const { accepted, move, eventAt } = create()
    await accepted(ID)
    await move('CANCELLED', { ...event, type: CANCELLED })
    await move('CONFIRMED', event)
    expect(await eventAt(ID, 3)).toBeUndefined()
    expect(await eventAt('ord_2', 1)).toBeUndefined()
  })

  test('refuses to move an order from a state that is past', async () => {
    const { accepted, move, state, unreadNow } = create()
    await accepted(ID)
    await move('CANCELLED', event)
    expect(await move('CONFIRMED', event)).toEqual({ outcome: 'REFUSED', state: 'CANCELLED' })
    expect(await state()).toBe('CANCELLED')
    expect(await unreadNow()).toEqual([1, 2])
  })

  test('misses an order that Redis does not have', async () => {
    expect(await create().move('CONFIRMED', event)).toEqual({ outcome: 'MISSING' })
  })

  test('drops each event that was read back, however often', async () => {
    const { accepted, move, readBack, unreadNow } = create()
    await accepted(ID)
    await move('CONFIRMED', event)
    await readBack(ID, 1)
    await readBack(ID, 1)
    expect(await unreadNow()).toEqual([2])
    await readBack(ID, 2)
    await readBack(ID, 2)
    expect(await unreadNow()).toEqual([])
  })
})

onRedisOnly((redis) => {
  const watched = () =>
    redis.use(async (client) => ({
      outbox: await client.zrange(dueOutboxesKey(shard), '0', '-1'),
      open: await client.zrange(watchListKey(shard), '0', '-1'),
    }))

  test('the watch on an order closes only when its last event was read back, whatever was acknowledged', async () => {
    const { accepted, move, acknowledge, readBack } = onRedis(redis)()
    await accepted(ID)
    await move('CONFIRMED', event)
    await acknowledge(ID, 2)
    expect(await watched()).toEqual({ outbox: [], open: [ID] })
    await readBack(ID, 2)
    expect(await watched()).toEqual({ outbox: [], open: [ID] })
    await readBack(ID, 1)
    expect(await watched()).toEqual({ outbox: [], open: [] })
    expect(await redis.use((client) => client.exists(orderOutboxKey(ID)))).toBe(0)
    // An acknowledgement that comes after the read-back must not open the outbox again.
    await acknowledge(ID, 2)
    expect(await redis.use((client) => client.exists(orderOutboxKey(ID)))).toBe(0)
  })

  test('a moved order is watched again, although all before was read back', async () => {
    const { accepted, move, readBack } = onRedis(redis)()
    await accepted(ID)
    await readBack(ID, 1)
    expect(await watched()).toEqual({ outbox: [], open: [] })
    await move('CONFIRMED', event)
    expect(await watched()).toEqual({ outbox: [ID], open: [ID] })
  })

  test('a moved order keeps its event and is due for the relay, no later than it was', async () => {
    const { accepted, move } = onRedis(redis)()
    await accepted(ID)
    await move('CONFIRMED', event)
    expect(await redis.use((client) => client.zscore(dueOutboxesKey(shard), ID))).toBe('1')
    expect(JSON.parse((await redis.use((client) => client.hget(eventsKey(ID), '2'))) ?? '')).toEqual(event)
    await redis.use((client) => client.hset(orderKey(ID), 'st', 'ACCEPTED'))
    await redis.use((client) => client.zrem(dueOutboxesKey(shard), ID))
    await move('CANCELLED', event)
    expect(Number(await redis.use((client) => client.zscore(dueOutboxesKey(shard), ID)))).toBeGreaterThan(
      Date.UTC(2020),
    )
  })

  test('an event that cannot be read is not there: it never blocks its partition', async () => {
    const { eventAt } = createOrderProgress(redis)
    for (const text of ['', '{"orderId":', '{}', JSON.stringify({ ...event, lines: [] })]) {
      await redis.use((client) => client.hset(eventsKey(ID), 1, text))
      expect(await eventAt(ID, 1)).toBeUndefined()
    }
  })

  test('a read-back of an order that has no outbox is harmless', async () => {
    await createOrderProgress(redis).readBack(ID, 1)
    expect(await redis.use((client) => client.exists(orderOutboxKey(ID)))).toBe(0)
  })

  /** The keys of an order that a move or a read-back writes beside the record. */
  const others: [string, string][] = [
    ['outbox', orderOutboxKey(ID)],
    ['due outboxes', dueOutboxesKey(shard)],
    ['watch list', watchListKey(shard)],
    ['events', eventsKey(ID)],
  ]

  test.each(others)(
    'a move that finds the %s of another type changes nothing, and moves after the repair',
    async (_name, key) => {
      const { accepted, move, eventAt } = onRedis(redis)()
      await accepted(ID)
      await redis.use((client) => client.rename(key, `${key}:kept`))
      await redis.use((client) => client.set(key, 'x'))
      await expectUntouched(redis, () => move('CONFIRMED', event))
      await redis.use((client) => client.rename(`${key}:kept`, key))
      expect(await move('CONFIRMED', event)).toEqual({ outcome: 'OK', sequence: 2 })
      expect(await eventAt(ID, 2)).toEqual(toOrderEvent(event, 2))
      expect(await watched()).toEqual({ outbox: [ID], open: [ID] })
    },
  )

  test.each(orderState.options)('a move knows the state %s', async (state) => {
    const { accepted, move } = onRedis(redis)()
    await accepted(ID)
    await redis.use((client) => client.hset(orderKey(ID), 'st', state))
    await expect(move('CONFIRMED', event)).resolves.toHaveProperty('outcome')
  })

  test('a state that no order has is unusable', async () => {
    const { accepted, move } = onRedis(redis)()
    await accepted(ID)
    await redis.use((client) => client.hset(orderKey(ID), 'st', 'SOLD'))
    await expectUntouched(redis, () => move('CONFIRMED', event))
  })

  test('so is a version that is no number', async () => {
    const { accepted, move } = onRedis(redis)()
    await accepted(ID)
    await redis.use((client) => client.hset(orderKey(ID), 'v', 'x'))
    await expectUntouched(redis, () => move('CONFIRMED', event))
  })

  test.each(others.slice(1, 3))(
    'a read-back that finds the %s of another type changes nothing',
    async (_name, key) => {
      const { accepted, readBack } = onRedis(redis)()
      await accepted(ID)
      await redis.use((client) => client.set(key, 'x'))
      await expectUntouched(redis, () => readBack(ID, 1))
    },
  )

  test('nor does an acknowledgement that finds the due outboxes of another type', async () => {
    const { accepted, acknowledge } = onRedis(redis)()
    await accepted(ID)
    await redis.use((client) => client.set(dueOutboxesKey(shard), 'x'))
    await expectUntouched(redis, () => acknowledge(ID, 1))
  })

  test.each([
    ['p', 'x'],
    ['1', 'x'],
    ['y', '1'],
  ])('an outbox that says %s: %s is unusable', async (field, text) => {
    const { accepted, acknowledge, readBack } = onRedis(redis)()
    await accepted(ID)
    await redis.use((client) => client.hset(orderOutboxKey(ID), field, text))
    await expectUntouched(redis, () => readBack(ID, 1))
    await expectUntouched(redis, () => acknowledge(ID, 1))
  })
})

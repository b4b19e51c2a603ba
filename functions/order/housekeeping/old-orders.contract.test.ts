import { describe, expect, test } from 'vitest'
import { LEASE_MS, ORDER_RETENTION_MS } from '../../../shared/orders/constants.ts'
import { orderShard } from '../../../shared/orders/keys.ts'
import { PLACED } from '../../../shared/orders/order-event.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { hosts, onRedisOnly } from '../../../shared/testing/hosts.ts'
import { createMemoryIntents } from '../orders/intents.memory.ts'
import { createIntents } from '../orders/intents.ts'
import { type Order, toStoredEvent } from '../orders/order.ts'
import { movableMemoryState } from '../orders/order-state.memory.ts'
import { createMemoryOrders } from '../orders/orders.memory.ts'
import { createOrders } from '../orders/orders.ts'
import { priced } from '../orders/priced-order.fixture.ts'
import { shiftClock } from '../orders/shift-clock.fixture.ts'
import { createMemoryOldOrders } from './old-orders.memory.ts'
import { createOldOrders } from './old-orders.ts'

const ID = 'ord_1'
const shard = orderShard(ID)

const onRedis = (connection: RedisConnection) => () => ({
  ...createOrders(connection),
  ...createIntents(connection),
  ...createOldOrders(connection),
  pass: (ms: number) => shiftClock(connection, ID, ms),
})
function inMemory() {
  const { state, pass } = movableMemoryState()
  return {
    ...createMemoryOrders(state),
    ...createMemoryIntents(state),
    ...createMemoryOldOrders(state),
    pass,
  }
}

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  test('an order past its retention is found and deleted with its events', async () => {
    const { begin, reject, finish, find, eventsOf, pastRetention, forget, pass } = create()
    await begin(ID, 'f1', priced)
    await reject(ID, 1, '[]')
    await finish(ID, 1)
    await pass(ORDER_RETENTION_MS - 60_000)
    expect(await pastRetention(shard, 10)).toEqual([])
    await pass(60_000)
    expect(await pastRetention(shard, 10)).toEqual([ID])
    expect(await forget(ID)).toBe('FORGOTTEN')
    expect(await pastRetention(shard, 10)).toEqual([])
    expect(await find(ID)).toBeUndefined()
    expect(await eventsOf(ID)).toEqual([])
  })

  test('an order with stock to release, or with an event that nobody has read back, is kept', async () => {
    const { begin, abort, accept, eventsOf, forget, pass } = create()
    await begin(ID, 'f1', priced)
    await pass(LEASE_MS)
    await abort(ID, 1)
    expect(await forget(ID)).toBe('UNFINISHED')
    const begun = await begin(ID, 'f1', priced)
    const placedAt = begun.outcome === 'NEW' ? begun.placedAt : ''
    const order: Order = { orderId: ID, status: 'ACCEPTED', ...priced, placedAt }
    const event = toStoredEvent(order, 2, { type: PLACED, occurredAt: placedAt })
    await accept(2, '{}', event)
    expect(await forget(ID)).toBe('UNFINISHED')
    expect(await eventsOf(ID)).toEqual([{ ...event, eventId: `${ID}:1`, sequence: 1 }])
  })
})

onRedisOnly((redis) => {
  test('deleting an order leaves no key of it', async () => {
    const { begin, reject, finish, forget } = onRedis(redis)()
    await begin(ID, 'f1', priced)
    await reject(ID, 1, '[]')
    await finish(ID, 1)
    await forget(ID)
    expect(await redis.use((client) => client.keys('*'))).toEqual([])
  })
})

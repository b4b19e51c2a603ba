import { describe, expect, test } from 'vitest'
import { LEASE_MS } from '../../../shared/orders/constants.ts'
import { orderShard } from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { hosts } from '../../../shared/testing/hosts.ts'
import { createMemoryIntents } from './intents.memory.ts'
import { createIntents } from './intents.ts'
import { movableMemoryState } from './order-state.memory.ts'
import { createMemoryOrders } from './orders.memory.ts'
import { createOrders } from './orders.ts'
import { shiftClock } from './shift-clock.fixture.ts'

const ID = 'ord_1'
const shard = orderShard(ID)
const priced = { customerId: 'c-1', email: 'c-1@example.test', lines: [], currency: 'EUR', totalMinor: 0 }

const onRedis = (redis: RedisConnection) => () => ({
  ...createOrders(redis),
  ...createIntents(redis),
  pass: (ms: number) => shiftClock(redis, ID, ms),
})
function inMemory() {
  const { state, pass } = movableMemoryState()
  return { ...createMemoryOrders(state), ...createMemoryIntents(state), pass }
}

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  test('an order is due when its lease is over, and an attempt is not given up before', async () => {
    const { begin, due, abort, find, pass } = create()
    await begin(ID, 'f1', priced)
    expect(await due(shard, 10)).toEqual([])
    expect(await abort(ID, 1)).toBe('BUSY')
    await pass(LEASE_MS)
    expect(await due(shard, 10)).toEqual([ID])
    expect(await abort(ID, 1)).toBe('OK')
    expect(await abort(ID, 1)).toBe('ALREADY')
    expect((await find(ID))?.order.status).toBe('ABORTED')
  })

  test('an aborted or rejected order stays due until it is finished', async () => {
    const { begin, due, abort, reject, finish, pass } = create()
    await begin(ID, 'f1', priced)
    await finish(ID, 1)
    await pass(LEASE_MS)
    await abort(ID, 1)
    expect(await due(shard, 10)).toEqual([ID])
    await begin(ID, 'f1', priced)
    await reject(ID, 2, '[]')
    expect(await due(shard, 10)).toEqual([ID])
    await finish(ID, 1)
    expect(await due(shard, 10)).toEqual([ID])
    await finish(ID, 2)
    await finish(ID, 2)
    expect(await due(shard, 10)).toEqual([])
  })

  test('an attempt that was taken over is fenced, also when the newer lease is over', async () => {
    const { begin, abort, find, pass } = create()
    await begin(ID, 'f1', priced)
    await pass(LEASE_MS)
    await begin(ID, 'f1', priced)
    expect(await abort(ID, 1)).toBe('FENCED')
    await pass(LEASE_MS)
    expect(await abort(ID, 1)).toBe('FENCED')
    expect((await find(ID))?.order.status).toBe('RESERVING')
  })

  test('takes no more than its limit, and nothing of other shards', async () => {
    const { begin, due, pass } = create()
    await begin(ID, 'f1', priced)
    await pass(LEASE_MS)
    expect(await due(shard, 0)).toEqual([])
    expect(await due(orderShard('ord_2'), 10)).toEqual([])
  })

  test('an order aborted so long ago that its ledger is dropped begins on a new day', async () => {
    const { begin, abort, finish, pass } = create()
    const begun = await begin(ID, 'f1', priced)
    await pass(LEASE_MS)
    await abort(ID, 1)
    await pass(18 * 24 * 3_600_000)
    // Its stock is not released yet: that is in the ledger of the first day.
    const before = await begin(ID, 'f1', priced)
    expect(ageMs(before)).toBeGreaterThan(17 * 24 * 3_600_000 - ageMs(begun))
    await pass(LEASE_MS)
    await abort(ID, 2)
    await finish(ID, 2)
    const after = await begin(ID, 'f1', priced)
    expect(after).toMatchObject({ outcome: 'NEW', attempt: 3 })
    expect(ageMs(before) - ageMs(after)).toBeGreaterThan(17 * 24 * 3_600_000)
  })
})

const ageMs = (begun: Awaited<ReturnType<ReturnType<typeof inMemory>['begin']>>): number =>
  begun.outcome === 'NEW' ? Date.UTC(2027, 0) - Date.parse(begun.placedAt) : NaN

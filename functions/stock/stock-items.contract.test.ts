import { describe, expect, test } from 'vitest'
import { stockKey } from '../../shared/orders/keys.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import { expectUntouched } from '../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../shared/testing/hosts.ts'
import { toAdjustment } from './adjustment.ts'
import { createMemoryFreeze } from './freeze.memory.ts'
import { createFreeze } from './freeze.ts'
import stockAdjust from './stock-adjust.lua'
import { createMemoryStockItems } from './stock-items.memory.ts'
import { createStockItems } from './stock-items.ts'
import { adjustmentsKey, DUE_SKUS_KEY, stockOutboxKey } from './stock-keys.ts'
import { createStockOutbox } from './stock-outbox.ts'
import stockPut from './stock-put.lua'

const tea = { name: 'Tea', priceMinor: 450, currency: 'EUR', onHand: 5 }
const plus3 = toAdjustment('key-1', 3, 'delivery')

const onRedis = (connection: RedisConnection) => () => ({
  ...createStockItems(connection),
  ...createStockOutbox(connection),
  ...createFreeze(connection),
  reserve: async (quantity: number) => {
    await connection.use((client) => client.hincrby(stockKey('tea'), 'reserved', quantity))
  },
  makeDue: async (sku: string) => {
    await connection.use((client) => client.zadd(DUE_SKUS_KEY, 'XX', 1, sku))
  },
})
const inMemory = () => {
  const { records, ...stock } = createMemoryStockItems()
  const reserve = async (reserved: number) => {
    const item = records.get('tea')
    if (item) records.set('tea', { ...item, reserved })
  }
  return { ...stock, ...createMemoryFreeze(records), reserve, makeDue: async () => undefined }
}

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  test('creates a record once', async () => {
    const { put, find } = create()
    expect(await put('tea', tea, 'absent')).toEqual({ outcome: 'CREATED' })
    expect(await put('tea', { ...tea, onHand: 9 }, 'absent')).toEqual({ outcome: 'PRECONDITION_FAILED' })
    expect(await find('tea')).toEqual({ sku: 'tea', ...tea, reserved: 0, available: 5, sold: 0, revision: 1 })
  })

  test('changes a record only from the revision named, and counts the revision up', async () => {
    const { put, find } = create()
    await put('tea', tea, 'absent')
    const changed = { ...tea, priceMinor: 500, onHand: 9 }
    expect(await put('tea', changed, { revision: '1' })).toEqual({ outcome: 'UPDATED' })
    expect(await put('tea', tea, { revision: '1' })).toEqual({ outcome: 'PRECONDITION_FAILED' })
    expect(await put('tea', tea, { revision: '' })).toEqual({ outcome: 'PRECONDITION_FAILED' })
    expect(await find('tea')).toEqual({
      sku: 'tea',
      ...changed,
      reserved: 0,
      available: 9,
      sold: 0,
      revision: 2,
    })
  })

  test('a change is looked up as it is published, until it was read back', async () => {
    const { put, adjust, lookUp, unread, readBack } = create()
    expect(await lookUp('tea', 1)).toEqual({ unread: undefined, newest: undefined })
    await put('tea', tea, 'absent')
    await adjust('tea', plus3)
    for (const change of await unread('tea')) {
      expect(await lookUp('tea', change.revision)).toEqual({ unread: change, newest: 2 })
    }
    await readBack('tea', 1)
    expect(await lookUp('tea', 1)).toEqual({ unread: undefined, newest: 2 })
    expect((await lookUp('tea', 2)).unread?.eventId).toBe('tea:2')
    expect(await lookUp('tea', 3)).toEqual({ unread: undefined, newest: 2 })
  })

  test('neither finds nor changes a record that does not exist', async () => {
    const { put, adjust, find } = create()
    expect(await put('tea', tea, { revision: '1' })).toEqual({ outcome: 'PRECONDITION_FAILED' })
    expect(await adjust('tea', plus3)).toEqual({ outcome: 'UNKNOWN_SKU' })
    expect(await find('tea')).toBeUndefined()
  })

  test('never sets less than what orders hold', async () => {
    const { put, find, reserve } = create()
    await put('tea', tea, 'absent')
    await reserve(3)
    expect(await put('tea', { ...tea, onHand: 2 }, { revision: '1' })).toEqual({
      outcome: 'BELOW_RESERVED',
      reserved: 3,
    })
    expect(await put('tea', { ...tea, onHand: 3 }, { revision: '1' })).toEqual({ outcome: 'UPDATED' })
    expect(await find('tea')).toMatchObject({ onHand: 3, reserved: 3, available: 0 })
  })

  test('adjusts once per key, and answers a repeat as the first, whatever came in between', async () => {
    const { put, adjust, find } = create()
    await put('tea', tea, 'absent')
    const numbers = { revision: 2, onHand: 8, reserved: 0, sold: 0 }
    expect(await adjust('tea', plus3)).toEqual({ outcome: 'OK', ...numbers })
    await adjust('tea', toAdjustment('key-2', -1, 'broken'))
    expect(await adjust('tea', plus3)).toEqual({ outcome: 'REPLAY', ...numbers })
    expect(await adjust('tea', toAdjustment('key-1', 4, 'delivery'))).toEqual({ outcome: 'MISMATCH' })
    expect(await find('tea')).toMatchObject({ onHand: 7, revision: 3 })
  })

  test('never adjusts below what orders hold, and the key may be used again when there is more', async () => {
    const { put, adjust, reserve } = create()
    await put('tea', tea, 'absent')
    await reserve(3)
    const minus3 = toAdjustment('key-1', -3, 'broken')
    expect(await adjust('tea', minus3)).toEqual({ outcome: 'BELOW_RESERVED', reserved: 3 })
    await adjust('tea', toAdjustment('key-2', 1, 'found'))
    expect(await adjust('tea', minus3)).toMatchObject({ outcome: 'OK', onHand: 3 })
  })

  test('lists SKUs in their order, in pages', async () => {
    const { put, list } = create()
    for (const sku of ['tea', 'cup', 'Pot']) await put(sku, tea, 'absent')
    const skus = async (after: string | undefined, limit: number) => {
      const { items, next } = await list(after, limit)
      return [items.map(({ sku }) => sku), next]
    }
    expect(await skus(undefined, 2)).toEqual([['Pot', 'cup'], 'cup'])
    expect(await skus('cup', 2)).toEqual([['tea'], undefined])
  })

  test('notes every change with the whole record after it, until it is read back', async () => {
    const { put, adjust, unread, readBack } = create()
    const name = 'Thé "vert" / 茶'
    await put('tea', { ...tea, name }, 'absent')
    await put('tea', { ...tea, name, onHand: 4, priceMinor: 500 }, { revision: '1' })
    await adjust('tea', plus3)
    const common = {
      schemaVersion: 1,
      type: 'com.example.stock.adjusted.v1',
      sku: 'tea',
      name,
      currency: 'EUR',
    }
    const quiet = { reserved: 0, sold: 0, occurredAt: expect.stringMatching(/^\d{4}-.*Z$/) as string }
    expect(await unread('tea')).toEqual([
      {
        ...common,
        ...quiet,
        ...{ eventId: 'tea:1', revision: 1, priceMinor: 450, onHand: 5, received: 5, delta: 5 },
        reason: 'created',
      },
      {
        ...common,
        ...quiet,
        ...{ eventId: 'tea:2', revision: 2, priceMinor: 500, onHand: 4, received: 4, delta: -1 },
        reason: 'set',
      },
      {
        ...common,
        ...quiet,
        ...{ eventId: 'tea:3', revision: 3, priceMinor: 500, onHand: 7, received: 7, delta: 3 },
        reason: 'delivery',
        adjustmentId: plus3.id,
      },
    ])
    for (const revision of [1, 2, 2]) await readBack('tea', revision)
    expect((await unread('tea')).map(({ revision }) => revision)).toEqual([3])
  })

  test('a refused change is no change', async () => {
    const { put, adjust, unread, reserve } = create()
    await put('tea', tea, 'absent')
    await reserve(5)
    await put('tea', { ...tea, onHand: 1 }, { revision: '1' })
    await put('tea', tea, 'absent')
    await adjust('tea', toAdjustment('key-1', -1, 'broken'))
    expect(await unread('tea')).toHaveLength(1)
  })

  test('a changed SKU is due until it is settled, and a change after the claim keeps it due', async () => {
    const { put, adjust, claimDue, settle, makeDue } = create()
    await put('tea', tea, 'absent')
    await makeDue('tea')
    const [claimed] = await claimDue(10)
    if (!claimed) throw new Error('nothing is due')
    expect(claimed.sku).toBe('tea')
    await adjust('tea', plus3)
    await settle(claimed)
    await makeDue('tea')
    const [again] = await claimDue(10)
    if (!again) throw new Error('settled although a change was announced')
    await settle(again)
    await makeDue('tea')
    expect(await claimDue(10)).toEqual([])
  })

  test('refuses changes while frozen, and says whether it still was', async () => {
    const { put, adjust, start, end, isFrozen } = create()
    await put('tea', tea, 'absent')
    expect(await isFrozen()).toBe(false)
    await start()
    await start()
    expect(await isFrozen()).toBe(true)
    expect(await put('tea', tea, { revision: '1' })).toEqual({ outcome: 'FROZEN' })
    expect(await adjust('tea', plus3)).toEqual({ outcome: 'FROZEN' })
    expect(await end()).toBe(true)
    expect(await adjust('tea', plus3)).toMatchObject({ outcome: 'OK' })
    expect(await end()).toBe(false)
  })
})

onRedisOnly((redis) => {
  test('a stored change that cannot be read blocks nobody who looks it up', async () => {
    const { put, lookUp } = onRedis(redis)()
    await put('tea', tea, 'absent')
    await redis.use((client) => client.hset(stockOutboxKey('tea'), 1, '{"name":'))
    expect(await lookUp('tea', 1)).toEqual({ unread: undefined, newest: 1 })
  })

  test('what was received is what is on hand and what was sold, also after a change', async () => {
    const { put } = createStockItems(redis)
    await put('tea', tea, 'absent')
    await redis.use((client) => client.hset(stockKey('tea'), { onHand: 3, sold: 2 }))
    await put('tea', { ...tea, onHand: 10 }, { revision: '1' })
    expect(await redis.use((client) => client.hmget(stockKey('tea'), 'onHand', 'sold', 'received'))).toEqual([
      '10',
      '2',
      '12',
    ])
  })

  test('a change that comes after its lease is refused: the relay may have forgotten the SKU', async () => {
    const { put, find } = createStockItems(redis)
    await put('tea', tea, 'absent')
    const past = 1
    const keys = [stockKey('tea'), stockOutboxKey('tea')]
    const set = [0, '1', 'Tea', 450, 'EUR', 9, past]
    expect(await redis.script(defineScript(stockPut), keys, set)).toEqual(['LATE'])
    const adjust = ['k', 'ff', 1, 'late', past]
    const withAnswers = [...keys, adjustmentsKey('tea')]
    expect(await redis.script(defineScript(stockAdjust), withAnswers, adjust)).toEqual(['LATE'])
    expect(await find('tea')).toMatchObject({ onHand: 5, revision: 1 })
  })

  test('a claim puts a SKU off, and a change that is not due is left to its writer', async () => {
    const { put } = createStockItems(redis)
    const { claimDue } = createStockOutbox(redis)
    await put('tea', tea, 'absent')
    expect(await claimDue(10)).toEqual([])
    await redis.use((client) => client.zadd(DUE_SKUS_KEY, 'XX', 1, 'tea'))
    expect(await claimDue(10)).toHaveLength(1)
    expect(await claimDue(10)).toEqual([])
  })

  test('uses keys of its families only, and none that expires', async () => {
    const { put, adjust } = createStockItems(redis)
    await put('tea', tea, 'absent')
    await adjust('tea', plus3)
    const keys = await redis.use((client) => client.keys('*'))
    expect(keys.toSorted()).toEqual([
      '{s:tea}:adj',
      '{s:tea}:ob',
      '{s:tea}:stk',
      '{stock}:due',
      '{stock}:skus',
    ])
    for (const key of keys) expect(await redis.use((client) => client.ttl(key))).toBe(-1)
  })

  const untilMs = 1e15
  /** Past the announcement, which writes before them. */
  const put = (mustBeNew: 0 | 1, revision: string) =>
    redis.script(
      defineScript(stockPut),
      [stockKey('tea'), stockOutboxKey('tea')],
      [mustBeNew, revision, 'Tea', 450, 'EUR', 9, untilMs],
    )
  const adjust = () =>
    redis.script(
      defineScript(stockAdjust),
      [stockKey('tea'), stockOutboxKey('tea'), adjustmentsKey('tea')],
      [plus3.id, plus3.fingerprint, 3, 'delivery', untilMs],
    )

  test.each(['rev', 'onHand', 'reserved', 'sold', 'received'])(
    'a record whose %s is no number is changed by nothing',
    async (field) => {
      await createStockItems(redis).put('tea', tea, 'absent')
      await redis.use((client) => client.hset(stockKey('tea'), field, 'x'))
      await expectUntouched(redis, () => put(0, field === 'rev' ? 'x' : '1'))
      await expectUntouched(redis, adjust)
    },
  )

  test('nor one whose changes are of another type', async () => {
    await redis.use((client) => client.set(stockOutboxKey('tea'), 'x'))
    await expectUntouched(redis, () => put(1, ''))
    await redis.use((client) => client.del(stockOutboxKey('tea')))
    await createStockItems(redis).put('tea', tea, 'absent')
    await redis.use((client) => client.set(stockOutboxKey('tea'), 'x'))
    await expectUntouched(redis, () => put(0, '1'))
    await expectUntouched(redis, adjust)
  })

  test('nor what a release has left of a record that was lost', async () => {
    await redis.use((client) => client.hset(stockKey('tea'), 'sold', 'x'))
    await expectUntouched(redis, () => put(1, ''))
  })
})

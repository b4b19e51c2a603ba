import { describe, expect, test } from 'vitest'
import { ledgerKey, stockKey } from '../../../shared/orders/keys.ts'
import stockRelease from '../../../shared/orders/stock-release.lua'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import { expectUntouched } from '../../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../../shared/testing/hosts.ts'
import { createMemoryStockHolds } from './stock-holds.memory.ts'
import { createStockHolds, type Holder } from './stock-holds.ts'

const first: Holder = { orderId: 'o-1', attempt: 1, placedAt: '2026-11-24T23:59:59.999Z' }
const second: Holder = { ...first, attempt: 2 }
const other: Holder = { ...first, orderId: 'o-2' }

const stock = (onHand: number) => ({
  priceMinor: 450,
  currency: 'EUR',
  onHand,
  reserved: 0,
  sold: 0,
  received: onHand,
})

const onRedis = (redis: RedisConnection) => async (onHand: number) => {
  await redis.use((client) => client.hset(stockKey('tea'), stock(onHand)))
  return createStockHolds(redis)
}
const inMemory = async (onHand: number) =>
  createMemoryStockHolds({ tea: { priceMinor: 450, currency: 'EUR', available: onHand } })

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  const availableOf = async ({ lookUp }: Awaited<ReturnType<typeof create>>) =>
    (await lookUp(['tea'])).get('tea')?.available

  test('looks up price and free quantity, and leaves out SKUs that do not exist', async () => {
    const { lookUp } = await create(5)
    expect([...(await lookUp(['tea', 'no-such', '__proto__']))]).toEqual([
      ['tea', { priceMinor: 450, currency: 'EUR', available: 5 }],
    ])
  })

  test('holds a quantity once, however often it is asked', async () => {
    const holds = await create(5)
    expect(await holds.reserve(first, 'tea', 3)).toEqual({ outcome: 'OK' })
    expect(await holds.reserve(first, 'tea', 3)).toEqual({ outcome: 'ALREADY' })
    expect(await availableOf(holds)).toBe(2)
  })

  test('holds the last unit but never one more', async () => {
    const holds = await create(5)
    expect(await holds.reserve(first, 'tea', 5)).toEqual({ outcome: 'OK' })
    expect(await holds.reserve(other, 'tea', 1)).toEqual({ outcome: 'INSUFFICIENT', available: 0 })
    expect(await availableOf(holds)).toBe(0)
  })

  test('refuses another quantity for the same order', async () => {
    const holds = await create(5)
    await holds.reserve(first, 'tea', 3)
    expect(await holds.reserve(second, 'tea', 2)).toEqual({ outcome: 'QTY_MISMATCH' })
    expect(await availableOf(holds)).toBe(2)
  })

  test('knows no SKU that has no record', async () => {
    const holds = await create(5)
    expect(await holds.reserve(first, 'no-such', 1)).toEqual({ outcome: 'UNKNOWN_SKU' })
  })

  test('gives a hold back once', async () => {
    const holds = await create(5)
    await holds.reserve(first, 'tea', 3)
    await holds.release(first, 'tea', 3)
    await holds.release(first, 'tea', 3)
    expect(await availableOf(holds)).toBe(5)
  })

  test('a reserve that comes after its release is refused, and a higher attempt holds again', async () => {
    const holds = await create(5)
    await holds.reserve(first, 'tea', 3)
    await holds.release(first, 'tea', 3)
    expect(await holds.reserve(first, 'tea', 3)).toEqual({ outcome: 'REFUSED' })
    expect(await holds.reserve(second, 'tea', 3)).toEqual({ outcome: 'OK' })
    expect(await availableOf(holds)).toBe(2)
  })

  test('a release before the reserve leaves a tombstone that refuses it', async () => {
    const holds = await create(5)
    await holds.release(first, 'tea', 3)
    expect(await holds.reserve(first, 'tea', 3)).toEqual({ outcome: 'REFUSED' })
    expect(await availableOf(holds)).toBe(5)
  })

  test('a second release raises the tombstone to its attempt', async () => {
    const holds = await create(5)
    await holds.release(first, 'tea', 3)
    await holds.release(second, 'tea', 3)
    expect(await holds.reserve(second, 'tea', 3)).toEqual({ outcome: 'REFUSED' })
  })

  test('a late release cannot take a hold that a higher attempt has taken over', async () => {
    const holds = await create(5)
    await holds.reserve(first, 'tea', 3)
    expect(await holds.reserve(second, 'tea', 3)).toEqual({ outcome: 'ALREADY' })
    await holds.release(first, 'tea', 3)
    expect(await availableOf(holds)).toBe(2)
    await holds.release(second, 'tea', 3)
    expect(await availableOf(holds)).toBe(5)
  })
})

// What the stores' answers do not tell.

onRedisOnly((redis) => {
  const release = (attempt: number, restock: 0 | 1) =>
    redis.script(
      defineScript(stockRelease),
      [stockKey('tea'), ledgerKey('tea', first.placedAt)],
      [first.orderId, 3, attempt, restock],
    )
  const record = (entry: string) =>
    redis.use((client) => client.hset(ledgerKey('tea', first.placedAt), first.orderId, entry))
  const entry = () => redis.use((client) => client.hget(ledgerKey('tea', first.placedAt), first.orderId))

  test.each([
    [undefined, 'TOMBSTONE', 'X:3:2'],
    ['R:3:1', 'RELEASED', 'X:3:2'],
    ['R:3:2', 'RELEASED', 'X:3:2'],
    ['R:3:3', 'STALE', 'R:3:3'],
    ['D:3:1', 'STALE', 'D:3:1'],
    ['X:3:1', 'ALREADY', 'X:3:2'],
    ['X:3:3', 'ALREADY', 'X:3:3'],
    ['Z:3:1', 'ALREADY', 'Z:3:1'],
  ])('releasing attempt 2 of an entry %s answers %s and leaves %s', async (before, outcome, after) => {
    await redis.use((client) => client.hset(stockKey('tea'), { ...stock(5), reserved: 3 }))
    if (before !== undefined) await record(before)
    expect(await release(2, 0)).toBe(outcome)
    expect(await entry()).toBe(after)
    expect(await redis.use((client) => client.hget(stockKey('tea'), 'reserved'))).toBe(
      outcome === 'RELEASED' ? '0' : '3',
    )
  })

  test('a frozen SKU is held by nobody', async () => {
    await redis.use((client) => client.hset(stockKey('tea'), { ...stock(5), frozen: 1 }))
    expect(await createStockHolds(redis).reserve(first, 'tea', 1)).toEqual({ outcome: 'FROZEN' })
  })

  test.each([
    ['D:3:1', 'ALREADY'],
    ['Z:3:1', 'REFUSED'],
  ])('reserving where the ledger says %s is answered %s', async (before, outcome) => {
    await redis.use((client) => client.hset(stockKey('tea'), stock(5)))
    await record(before)
    expect(await createStockHolds(redis).reserve(second, 'tea', 3)).toEqual({ outcome })
    expect(await entry()).toBe(before)
  })

  test.each([
    ['onHand', 'x'],
    ['reserved', 'x'],
    ['reserved', '1.5'],
  ])('a reserve whose %s is %s changes nothing, and holds once after the repair', async (field, text) => {
    const { reserve } = createStockHolds(redis)
    await redis.use((client) => client.hset(stockKey('tea'), { ...stock(5), [field]: text }))
    await expectUntouched(redis, () => reserve(first, 'tea', 3))
    await redis.use((client) => client.hset(stockKey('tea'), stock(5)))
    expect(await reserve(first, 'tea', 3)).toEqual({ outcome: 'OK' })
    expect(await reserve(first, 'tea', 3)).toEqual({ outcome: 'ALREADY' })
    expect(await redis.use((client) => client.hget(stockKey('tea'), 'reserved'))).toBe('3')
  })

  test('a reserve never takes the place of an entry that cannot be read', async () => {
    await redis.use((client) => client.hset(stockKey('tea'), stock(5)))
    await record('D:x:1')
    await expectUntouched(redis, () => createStockHolds(redis).reserve(first, 'tea', 3))
  })
})

import { describe, expect, test } from 'vitest'
import { ledgerKey, stockKey } from '../../shared/orders/keys.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { expectUntouched } from '../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../shared/testing/hosts.ts'
import { createMemoryStockItems } from './stock-items.memory.ts'
import { createStockItems } from './stock-items.ts'
import { createMemoryStockLedger } from './stock-ledger.memory.ts'
import { createStockLedger, type Holder } from './stock-ledger.ts'

const holder: Holder = { orderId: 'o-1', attempt: 1, placedAt: '2026-11-24T10:00:00.000Z' }

const onRedis = (redis: RedisConnection) => () => ({
  ...createStockItems(redis),
  ...createStockLedger(redis),
  /** As stock-reserve.lua of the order function leaves it. */
  hold: async ({ orderId, attempt, placedAt }: Holder, sku: string, quantity: number) => {
    await redis.use((client) => client.hincrby(stockKey(sku), 'reserved', quantity))
    await redis.use((client) => client.hset(ledgerKey(sku, placedAt), orderId, `R:${quantity}:${attempt}`))
  },
})
const inMemory = () => {
  const { records, ...stock } = createMemoryStockItems()
  return { ...stock, ...createMemoryStockLedger(records) }
}

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  async function setup() {
    const stock = create()
    await stock.put('tea', { name: 'Tea', priceMinor: 450, currency: 'EUR', onHand: 5 }, 'absent')
    const amounts = async () => {
      const { onHand, reserved, sold } = (await stock.find('tea')) ?? {}
      return { onHand, reserved, sold }
    }
    return { ...stock, amounts }
  }

  test('turns a hold into a deduction, once', async () => {
    const { hold, deduct, amounts } = await setup()
    await hold(holder, 'tea', 3)
    expect(await amounts()).toEqual({ onHand: 5, reserved: 3, sold: 0 })
    expect(await deduct(holder, 'tea', 3)).toBe('OK')
    expect(await deduct(holder, 'tea', 3)).toBe('ALREADY')
    expect(await amounts()).toEqual({ onHand: 2, reserved: 0, sold: 3 })
  })

  test('remembers a quantity of sixteen digits with every digit', async () => {
    const quantity = 1_234_567_890_123_456
    const { put, deduct } = await setup()
    await put('rice', { name: 'Rice', priceMinor: 1, currency: 'EUR', onHand: quantity }, 'absent')
    expect(await deduct(holder, 'rice', quantity)).toBe('OK_DIRECT')
    expect(await deduct(holder, 'rice', quantity)).toBe('ALREADY')
  })

  test('deducts a held quantity even when nothing is free', async () => {
    const { hold, deduct } = await setup()
    await hold({ ...holder, orderId: 'o-2' }, 'tea', 2)
    await hold(holder, 'tea', 3)
    expect(await deduct(holder, 'tea', 3)).toBe('OK')
  })

  test('deducts without a hold only what no other order holds', async () => {
    const { hold, deduct, amounts } = await setup()
    await hold({ ...holder, orderId: 'o-2' }, 'tea', 3)
    expect(await deduct(holder, 'tea', 3)).toBe('INSUFFICIENT')
    expect(await amounts()).toEqual({ onHand: 5, reserved: 3, sold: 0 })
    expect(await deduct(holder, 'tea', 2)).toBe('OK_DIRECT')
    expect(await deduct(holder, 'tea', 2)).toBe('ALREADY')
    expect(await amounts()).toEqual({ onHand: 3, reserved: 3, sold: 2 })
  })

  test('deducts nothing when the hold is of another quantity', async () => {
    const { hold, deduct, amounts } = await setup()
    await hold(holder, 'tea', 3)
    expect(await deduct(holder, 'tea', 2)).toBe('QTY_MISMATCH')
    expect(await amounts()).toEqual({ onHand: 5, reserved: 3, sold: 0 })
  })

  test('knows no SKU that has no record', async () => {
    const { deduct } = await setup()
    expect(await deduct(holder, 'no-such', 1)).toBe('UNKNOWN_SKU')
  })

  test('restocks a deduction once, and it is never deducted again', async () => {
    const { hold, deduct, restock, amounts } = await setup()
    await hold(holder, 'tea', 3)
    await deduct(holder, 'tea', 3)
    await restock(holder, 'tea', 3)
    await restock(holder, 'tea', 3)
    expect(await amounts()).toEqual({ onHand: 5, reserved: 0, sold: 0 })
    expect(await deduct(holder, 'tea', 3)).toBe('REFUSED')
  })

  test('a cancellation that overtakes its order frees the hold and refuses the deduction', async () => {
    const { hold, deduct, restock, amounts } = await setup()
    await hold(holder, 'tea', 3)
    await restock(holder, 'tea', 3)
    expect(await deduct(holder, 'tea', 3)).toBe('REFUSED')
    expect(await amounts()).toEqual({ onHand: 5, reserved: 0, sold: 0 })
  })

  test('a cancellation of an order without a hold refuses its deduction', async () => {
    const { deduct, restock, amounts } = await setup()
    await restock(holder, 'tea', 3)
    expect(await deduct(holder, 'tea', 3)).toBe('REFUSED')
    expect(await amounts()).toEqual({ onHand: 5, reserved: 0, sold: 0 })
  })
})

onRedisOnly((redis) => {
  const { deduct, restock } = createStockLedger(redis)
  const stock = { rev: 1, onHand: 10, reserved: 4, sold: 0, received: 10 }
  const store = (fields: Record<string, string | number>) =>
    redis.use((client) => client.hset(stockKey('tea'), fields))
  const enter = (entry: string) =>
    redis.use((client) => client.hset(ledgerKey('tea', holder.placedAt), holder.orderId, entry))
  const amounts = () => redis.use((client) => client.hmget(stockKey('tea'), 'onHand', 'reserved', 'sold'))

  test.each([
    ['onHand', 'R:2:1'],
    ['reserved', 'R:2:1'],
    ['sold', 'R:2:1'],
    ['onHand', undefined],
    ['reserved', undefined],
    ['sold', undefined],
  ])(
    'a deduction whose %s is no number, entry %s, changes nothing, and deducts once after the repair',
    async (field, entry) => {
      await store({ ...stock, [field]: 'x' })
      if (entry) await enter(entry)
      await expectUntouched(redis, () => deduct(holder, 'tea', 2))
      await store(stock)
      expect(await deduct(holder, 'tea', 2)).toBe(entry ? 'OK' : 'OK_DIRECT')
      expect(await deduct(holder, 'tea', 2)).toBe('ALREADY')
      expect(await amounts()).toEqual(['8', entry ? '2' : '4', '2'])
    },
  )

  test.each([
    ['onHand', 'x'],
    ['sold', 'x'],
    ['sold', '-9223372036854775808'],
    ['sold', '1.5'],
    ['sold', '007'],
  ])(
    'a restock whose %s is %s changes nothing, and gives back once after the repair',
    async (field, text) => {
      await store({ ...stock, sold: 2, [field]: text })
      await enter('D:2:1')
      await expectUntouched(redis, () => restock(holder, 'tea', 2))
      await store({ ...stock, sold: 2 })
      await restock(holder, 'tea', 2)
      await restock(holder, 'tea', 2)
      expect(await amounts()).toEqual(['12', '4', '0'])
    },
  )

  test('a release whose reserved is no number changes nothing, and releases once after the repair', async () => {
    await store({ ...stock, reserved: 'x' })
    await enter('R:2:1')
    await expectUntouched(redis, () => restock(holder, 'tea', 2))
    await store(stock)
    await restock(holder, 'tea', 2)
    await restock(holder, 'tea', 2)
    expect(await amounts()).toEqual(['10', '2', '0'])
  })

  test.each(['R:x:1', 'R:2', '', 'Q:2:1', `R:${'9'.repeat(19)}:1`])(
    'an entry %s is unusable, not absent',
    async (entry) => {
      await store(stock)
      await enter(entry)
      await expectUntouched(redis, () => deduct(holder, 'tea', 2))
      await expectUntouched(redis, () => restock(holder, 'tea', 2))
    },
  )

  test('a ledger of another type is unusable', async () => {
    await store(stock)
    await redis.use((client) => client.set(ledgerKey('tea', holder.placedAt), 'x'))
    await expectUntouched(redis, () => deduct(holder, 'tea', 2))
    await expectUntouched(redis, () => restock(holder, 'tea', 2))
  })
})

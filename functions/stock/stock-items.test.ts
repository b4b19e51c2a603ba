import { describe, expect, test } from 'vitest'
import { stockKey } from '../../shared/orders/keys.ts'
import { testRedis } from '../../shared/testing/redis.ts'
import { createMemoryStockItems } from './stock-items.memory.ts'
import { createStockItems } from './stock-items.ts'

const tea = { name: 'Tea', priceMinor: 450, currency: 'EUR', onHand: 5 }

const redis = testRedis()
const onRedis = () => ({
  ...createStockItems(redis),
  reserve: async (quantity: number) => {
    await redis.use((client) => client.hincrby(stockKey('tea'), 'reserved', quantity))
  },
})
const inMemory = () => {
  const { items, ...stock } = createMemoryStockItems()
  const reserve = async (reserved: number) => {
    const item = items.get('tea')
    if (item) items.set('tea', { ...item, reserved })
  }
  return { ...stock, reserve }
}

describe.each([
  ['in memory', inMemory],
  ['on Redis', onRedis],
] as const)('%s', (_host, create) => {
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

  test('neither finds nor changes a record that does not exist', async () => {
    const { put, find } = create()
    expect(await put('tea', tea, { revision: '1' })).toEqual({ outcome: 'PRECONDITION_FAILED' })
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

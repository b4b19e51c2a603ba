import { describe, expect, test } from 'vitest'
import { ledgerKey, SKUS_KEY } from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { hosts } from '../../../shared/testing/hosts.ts'
import { recordingLog } from '../../../shared/testing/recording-log.ts'
import { dropLedgers } from './drop-ledgers.ts'
import { createMemoryLedgers } from './ledgers.memory.ts'
import { createLedgers } from './ledgers.ts'

const DAY_MS = 24 * 3_600_000

const onRedis = (redis: RedisConnection) => () => ({
  ledgers: createLedgers(redis),
  keep: (sku: string, day: string, heldBy?: string) =>
    redis.use(async (client) => {
      await client.zadd(SKUS_KEY, 0, sku)
      await client.hset(ledgerKey(sku, day), { done: 'D:1:1', ...(heldBy && { [heldBy]: 'R:1:1' }) })
    }),
  isKept: (sku: string, day: string) =>
    redis.use(async (client) => (await client.exists(ledgerKey(sku, day))) === 1),
})
function inMemory() {
  const { entries, ...ledgers } = createMemoryLedgers(() => Date.now())
  return {
    ledgers,
    keep: async (sku: string, day: string, heldBy?: string) => void entries.set(`${sku} ${day}`, heldBy),
    isKept: async (sku: string, day: string) => entries.has(`${sku} ${day}`),
  }
}

describe.each(hosts(inMemory, onRedis))('%s', (_host, create) => {
  const setup = async () => {
    const stores = create()
    const { log, entries } = recordingLog()
    const now = await stores.ledgers.redisNowMs()
    const dayAgo = (days: number) => new Date(now - days * DAY_MS).toISOString().slice(0, 10)
    return { ...stores, entries, dayAgo, drop: (time = () => true) => dropLedgers({ ...stores, log }, time) }
  }

  test('drops the ledgers of every SKU that are past the horizon, and no younger one', async () => {
    const { keep, isKept, dayAgo, drop } = await setup()
    for (const sku of ['tea', 'pot']) for (const days of [89, 18, 17, 1]) await keep(sku, dayAgo(days))
    await drop()
    for (const sku of ['tea', 'pot']) {
      expect(await Promise.all([89, 18, 17, 1].map((days) => isKept(sku, dayAgo(days))))).toEqual([
        false,
        false,
        true,
        true,
      ])
    }
  })

  test('keeps a ledger in which an order holds stock, and says so', async () => {
    const { keep, isKept, dayAgo, drop, entries } = await setup()
    await keep('tea', dayAgo(20), 'ord_1')
    await drop()
    expect(await isKept('tea', dayAgo(20))).toBe(true)
    expect(entries).toMatchObject([{ level: 'error', fields: { sku: 'tea', orderId: 'ord_1' } }])
  })

  test('goes on with the day that it had no time for, and looks at no day again', async () => {
    const { keep, isKept, dayAgo, drop, ledgers } = await setup()
    await keep('tea', dayAgo(30))
    await drop(() => false)
    expect(await ledgers.droppedUntil()).toBeUndefined()
    expect(await isKept('tea', dayAgo(30))).toBe(true)
    await drop()
    expect(await ledgers.droppedUntil()).toBe(dayAgo(17))
    await keep('tea', dayAgo(30))
    await drop()
    expect(await isKept('tea', dayAgo(30))).toBe(true)
  })
})

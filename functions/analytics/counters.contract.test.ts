import { describe, expect, test } from 'vitest'
import { ANALYTICS_SHARDS } from '../../shared/orders/constants.ts'
import { shardOf } from '../../shared/orders/keys.ts'
import { expectUntouched } from '../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../shared/testing/hosts.ts'
import { placed } from '../../shared/testing/placed-event.ts'
import { createMemoryCounters } from './counters.memory.ts'
import { createCounters } from './counters.ts'

const event = (orderId: string, sequence = 1) => ({ ...placed, orderId, eventId: `${orderId}:${sequence}` })

describe.each(hosts(createMemoryCounters, (redis) => () => createCounters(redis)))('%s', (_host, create) => {
  test('adds an event’s increments once', async () => {
    const { applyOnce, totals } = create()
    const increments = new Map([
      ['units', 2n],
      ['sku:tea', 2n],
    ])
    expect(await applyOnce(event('ord_1'), increments)).toBe('APPLIED')
    expect(await applyOnce(event('ord_1'), increments)).toBe('ALREADY')
    expect((await totals()).counters).toEqual(increments)
  })

  test('sums over orders in every shard', async () => {
    const { applyOnce, totals } = create()
    for (let index = 0; index < 200; index++) {
      await applyOnce(event(`ord_${index}`), new Map([['units', 3n]]))
    }
    expect((await totals()).counters).toEqual(new Map([['units', 600n]]))
  })

  test('keeps every digit of sums beyond 2^53', async () => {
    const { applyOnce, totals } = create()
    const largest = BigInt(Number.MAX_SAFE_INTEGER)
    for (let sequence = 1; sequence <= 3; sequence++) {
      await applyOnce(event('ord_1', sequence), new Map([['revenue:EUR', largest]]))
    }
    expect((await totals()).counters.get('revenue:EUR')).toBe(27021597764222973n)
  })

  test('adds nothing at all where one counter has no room', async () => {
    const { applyOnce, totals } = create()
    await applyOnce(event('ord_1', 1), new Map([['revenue:EUR', 999_999_999_999_999_999n]]))
    await applyOnce(event('ord_1', 2), new Map([['revenue:EUR', 1n]]))
    const increments = new Map([
      ['units', 2n],
      ['revenue:EUR', 1n],
    ])
    expect(await applyOnce(event('ord_1', 3), increments)).toBe('OVERFLOW')
    expect(await applyOnce(event('ord_1', 3), increments)).toBe('OVERFLOW')
    expect(await applyOnce(event('ord_1', 4), new Map([['x', 10n ** 18n]]))).toBe('OVERFLOW')
    expect((await totals()).counters).toEqual(new Map([['revenue:EUR', 10n ** 18n]]))
  })

  test('takes any text for a SKU', async () => {
    const { applyOnce, totals } = create()
    const increments = new Map([
      ['sku:__proto__', 1n],
      ['sku:constructor', 2n],
    ])
    await applyOnce(event('ord_1'), increments)
    expect((await totals()).counters).toEqual(increments)
  })

  test('counts a customer once', async () => {
    const { addCustomer, hasCustomer, totals } = create()
    for (const id of ['c-1', 'c-2', 'c-1', 'c-3']) await addCustomer(id)
    expect((await totals()).customers).toBe(3)
    expect([await hasCustomer('c-1'), await hasCustomer('c-4')]).toEqual([true, false])
  })

  test('counts an event of a forgotten day again, of another day not', async () => {
    const { applyOnce, forgetDay, totals } = create()
    const increments = new Map([['units', 2n]])
    const other = { ...event('ord_2'), occurredAt: '2026-11-25T00:00:00.000Z' }
    await applyOnce(event('ord_1'), increments)
    await applyOnce(other, increments)
    await forgetDay('2026-11-24T23:59:59.999Z')
    expect(await applyOnce(other, increments)).toBe('ALREADY')
    expect(await applyOnce(event('ord_1'), increments)).toBe('APPLIED')
    expect((await totals()).counters).toEqual(new Map([['units', 6n]]))
  })

  test('begins with nothing', async () => {
    expect(await create().totals()).toEqual({ counters: new Map(), customers: 0 })
  })
})

onRedisOnly((redis) => {
  test.each(['abc', '', '1.5', '-', '01'])(
    'a counter that holds "%s" stops an event before it is counted anywhere, and after the repair it counts once',
    async (text) => {
      const { applyOnce, totals } = createCounters(redis)
      const key = `{an:${shardOf('ord_1', ANALYTICS_SHARDS)}}:cnt:all`
      const increments = new Map([
        ['units', 2n],
        ['revenue:EUR', 900n],
      ])
      await redis.use((client) => client.hset(key, { units: 5, 'revenue:EUR': text }))
      const apply = () => applyOnce(event('ord_1'), increments)
      await expectUntouched(redis, apply)
      await redis.use((client) => client.hset(key, 'revenue:EUR', 100))
      expect(await apply()).toBe('APPLIED')
      expect(await apply()).toBe('ALREADY')
      expect((await totals()).counters).toEqual(
        new Map([
          ['units', 7n],
          ['revenue:EUR', 1000n],
        ]),
      )
    },
  )

  test('uses the keys of the protocol, and none that expires', async () => {
    const { applyOnce, addCustomer } = createCounters(redis)
    await addCustomer('c-1')
    await applyOnce(event('ord_1'), new Map([['units', 1n]]))
    const an = shardOf('ord_1', ANALYTICS_SHARDS)
    const ac = shardOf('c-1', ANALYTICS_SHARDS)
    const keys = await redis.use((client) => client.keys('*'))
    expect(keys.toSorted()).toEqual([
      `{ac:${ac}}:customers`,
      `{an:${an}}:cnt:all`,
      `{an:${an}}:seen:20261124`,
    ])
    for (const key of keys) expect(await redis.use((client) => client.ttl(key))).toBe(-1)
  })
})

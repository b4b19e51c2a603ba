import { expect, test } from 'vitest'
import { FROZEN_KEY } from '../../shared/orders/keys.ts'
import { testRedis } from '../../shared/testing/redis.ts'
import { createFreeze } from './freeze.ts'

const redis = testRedis()

test('a freeze has the time of its first start, until it ends', async () => {
  const { start, end } = createFreeze(redis)
  const sinceMs = async () => Number(await redis.use((client) => client.get(FROZEN_KEY)))
  const before = Date.now()
  await start()
  const first = await sinceMs()
  expect(first).toBeGreaterThanOrEqual(before)
  expect(first).toBeLessThanOrEqual(Date.now())
  // A reconcile that is run again finds the shop frozen.
  await redis.use((client) => client.set(FROZEN_KEY, first - 60_000))
  await start()
  expect(await sinceMs()).toBe(first - 60_000)
  expect(await end()).toBe(true)
})

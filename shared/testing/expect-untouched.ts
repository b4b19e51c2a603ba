import { expect } from 'vitest'
import type { RedisConnection } from '../redis/connection.ts'

/** Expects that a call ends with an error about stored data, and that it has changed nothing in Redis. */
export async function expectUntouched(redis: RedisConnection, call: () => Promise<unknown>): Promise<void> {
  const before = await dumpAll(redis)
  await expect(call()).rejects.toMatchObject({ code: 'redis_data_unusable' })
  expect(await dumpAll(redis)).toEqual(before)
}

const dumpAll = ({ use }: RedisConnection) =>
  use(async (client) => {
    const keys = (await client.keys('*')).sort()
    return Promise.all(keys.map(async (key) => [key, (await client.dumpBuffer(key))?.toString('hex')]))
  })

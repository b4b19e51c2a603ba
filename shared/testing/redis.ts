import { afterAll, beforeEach, inject } from 'vitest'
import { createRedis, type RedisConnection } from '../redis/connection.ts'

/**
 * The real Redis, on a database that no other test file uses at the same time. Call it at the top of a test file: the
 * database is emptied before every test, and the connection closed after the last one.
 */
export function testRedis(): RedisConnection {
  const redis = createRedis(`${inject('redisUrl')}/${process.env.VITEST_POOL_ID ?? 0}`)
  beforeEach(async () => {
    await redis.use((client) => client.flushdb())
  })
  afterAll(() => redis.close())
  return redis
}

import { inject } from 'vitest'
import type { RedisConnection } from '../redis/connection.ts'
import { clusterRedis } from './cluster-redis.ts'
import { testRedis } from './redis.ts'

/** True in the project `integration`, whose setup provides servers; false in `unit`. */
const hasServers = (inject('redisUrl') as string | undefined) !== undefined

/**
 * The rows of a contract test for `describe.each`, name and what creates the store: in the project `unit` its memory twin, in
 * `integration` the store on Redis and on a Redis Cluster. So both projects together run each body once per host.
 */
export function hosts<Memory, Redis>(
  inMemory: Memory,
  onRedis: (redis: RedisConnection) => Redis,
): readonly (readonly [string, Memory | Redis])[] {
  if (!hasServers) return [['in memory', inMemory]]
  return [
    ['on Redis', onRedis(testRedis())],
    ['on a Redis Cluster', onRedis(clusterRedis())],
  ]
}

/** Adds tests of a contract test's file that look into Redis itself. */
export function onRedisOnly(define: (redis: RedisConnection) => void): void {
  if (hasServers) define(testRedis())
}

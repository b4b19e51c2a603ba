import { expect, test } from 'vitest'
import { redisJarEntry, toRedisVersion } from './find-redis.ts'

test('reads the version of Redis and of Valkey', () => {
  expect(toRedisVersion('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64')).toBe('7.0.15')
  expect(toRedisVersion('Valkey server v=9.1.2 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64')).toBe('9.1.2')
  expect(toRedisVersion('command not found')).toBeUndefined()
})

test('knows which systems the Redis jar has a server for', () => {
  expect(redisJarEntry('linux', 'x64')).toBe('redis-server-7.0.15-linux-amd64')
  expect(redisJarEntry('darwin', 'arm64')).toBe('redis-server-7.0.15-darwin-arm64')
  expect(redisJarEntry('win32', 'x64')).toBeUndefined()
})

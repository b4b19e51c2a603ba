import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { clusterRedis } from '../testing/cluster-redis.ts'
import { testRedis } from '../testing/redis.ts'
import { startTcpRelay, type TcpRelay } from '../testing/tcp-relay.ts'
import { createRedis, type RedisConnection } from './connection.ts'
import { defineScript } from './script.ts'

const redis = testRedis()
const cluster = clusterRedis()

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function behindRelay(): Promise<{ relay: TcpRelay; lost: RedisConnection }> {
  const relay = await startTcpRelay({ target: new URL(inject('redisUrl')).host })
  const lost = createRedis(`redis://127.0.0.1:${relay.port}/${process.env.VITEST_POOL_ID}`)
  stops.push(() => lost.close(), relay.cut)
  return { relay, lost }
}

const ping = (connection: RedisConnection) => connection.use((client) => client.ping())
const unavailable = {
  name: 'AppError',
  kind: 'unavailable',
  code: 'redis_unavailable',
  headers: { 'retry-after': '1' },
}

test('connects on first use, also when many begin at once', async () => {
  const { lost } = await behindRelay()
  expect(await Promise.all(Array.from({ length: 20 }, () => ping(lost)))).toEqual(Array(20).fill('PONG'))
})

test('a server lost under a running command fails it, fails the next ones, and serves again once it is back', async () => {
  const { relay, lost } = await behindRelay()
  await ping(lost)
  const running = lost.use((client) => client.blpop('never', 0))
  const failed = expect(running).rejects.toMatchObject(unavailable)
  await redis.use((client) =>
    vi.waitFor(async () => expect(await client.client('LIST')).toContain('cmd=blpop')),
  )
  await relay.cut()
  await failed
  await expect(ping(lost)).rejects.toMatchObject(unavailable)
  await relay.restore()
  expect(await vi.waitFor(() => ping(lost), 5000)).toBe('PONG')
})

test('a server that is away at first use is found once it is there', async () => {
  const { relay, lost } = await behindRelay()
  await relay.cut()
  await expect(ping(lost)).rejects.toMatchObject(unavailable)
  await relay.restore()
  expect(await vi.waitFor(() => ping(lost), 5000)).toBe('PONG')
})

test('a command that failed while the server was away does not run later', async () => {
  const { relay, lost } = await behindRelay()
  await ping(lost)
  await relay.cut()
  await expect(lost.use((client) => client.incr('counter'))).rejects.toMatchObject(unavailable)
  await relay.restore()
  await vi.waitFor(() => ping(lost), 5000)
  expect(await redis.use((client) => client.get('counter'))).toBeNull()
})

test('nor does one that was sent while the connection was already lost', async () => {
  const { relay, lost } = await behindRelay()
  const twoCommands = lost.use(async (client) => {
    await client.ping()
    await relay.cut()
    await vi.waitFor(() => expect(client.status).toBe('reconnecting'))
    const late = client.incr('counter')
    await relay.restore()
    return late
  })
  await expect(twoCommands).rejects.toMatchObject(unavailable)
  await vi.waitFor(() => ping(lost), 5000)
  expect(await redis.use((client) => client.get('counter'))).toBeNull()
})

test('a command of ours that is wrong is a defect, not an outage', async () => {
  await expect(redis.use((client) => client.call('NOSUCH'))).rejects.toMatchObject({ name: 'ReplyError' })
  await expect(
    redis.script(defineScript("#!lua\nreturn redis.call('NOSUCH')"), [], []),
  ).rejects.toMatchObject({
    name: 'ReplyError',
  })
})

/** A command on what `beforeEach` below has stored. */
const cannotWork: [string, string, ...(string | number)[]][] = [
  ['HGET', 'text', 'a'],
  ['INCR', 'text'],
  ['INCRBY', 'full', 1],
  ['HINCRBY', 'hash', 'text', 1],
  ['HINCRBY', 'hash', 'full', 1],
  ['INCRBYFLOAT', 'text', 1],
  ['HINCRBYFLOAT', 'hash', 'text', 1],
  ['ZADD', 'text', 1, 'a'],
]

describe.each([
  ['Redis', redis],
  ['a Redis Cluster', cluster],
])('on %s', (_name, connection) => {
  const key = (name: string) => `{k}:${name}`

  beforeEach(() =>
    connection.use(async (client) => {
      await client.set(key('text'), 'x')
      await client.set(key('full'), '9223372036854775807')
      await client.hset(key('hash'), { text: 'x', full: '9223372036854775807' })
    }),
  )

  test.each(cannotWork)(
    'stored data that %s %s cannot work with is final: no retry helps',
    async (name, target, ...args) => {
      const final = { name: 'AppError', kind: 'conflict', code: 'redis_data_unusable', status: 500 }
      const direct = connection.use((client) => client.call(name, key(target), ...args))
      await expect(direct).rejects.toMatchObject(final)
      const script = defineScript('#!lua\nreturn redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))')
      await expect(connection.script(script, [key(target)], [name, ...args])).rejects.toMatchObject(final)
    },
  )
})

test.each([
  'OOM command not allowed when used memory > maxmemory.',
  "READONLY You can't write against a read only replica.",
  'LOADING Redis is loading the dataset in memory',
  'MISCONF Redis is configured to save RDB snapshots, but is unable to persist to disk.',
  'CLUSTERDOWN The cluster is down',
])('%s passes with time, in a script as well', async (message) => {
  const script = defineScript('#!lua\nreturn redis.error_reply(ARGV[1])')
  await expect(redis.script(script, [], [message])).rejects.toMatchObject(unavailable)
})

test('a script runs again after the server has forgotten it', async () => {
  const add = defineScript("#!lua\nreturn redis.call('INCRBY', KEYS[1], ARGV[1])")
  expect(await redis.script(add, ['n'], [2])).toBe(2)
  await redis.use((client) => client.script('FLUSH'))
  expect(await redis.script(add, ['n'], [3])).toBe(5)
})

test('in cluster mode a script that starts with #!lua cannot touch a key in another slot', async () => {
  const touch = "return redis.call('SET', 'b', 'x')"
  await expect(cluster.script(defineScript(`#!lua\n${touch}`), ['a'], [])).rejects.toThrow()
  expect(await cluster.use((client) => client.get('b'))).toBeNull()
  // Why the first line matters: without it the same script goes through on a node that has both slots.
  expect(await cluster.script(defineScript(touch), ['a'], [])).toBe('OK')
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Guardian, startGuardian } from '../local-runner/servers/guardian.ts'
import { takeLock } from '../local-runner/servers/lock.ts'
import { createPorts } from '../local-runner/servers/ports.ts'
import { findRequirements } from '../local-runner/servers/requirements.ts'
import { createRedis, type RedisConnection } from '../shared/redis/connection.ts'
import { defineScript } from '../shared/redis/script.ts'
import { type RedisCluster, type RedisNode, startRedisCluster } from './testing/redis-cluster.ts'

const artifactsDirectory = join(import.meta.dirname, '..', '.local', 'artifacts')
/** A key for each node: slots 15495, 3300 and 7365 of 16384. */
const KEYS = ['a', 'b', 'c'] as const
const unavailable = { name: 'AppError', kind: 'unavailable', code: 'redis_unavailable' }
const increment = defineScript("#!lua\nreturn redis.call('INCR', KEYS[1])")

let dataDirectory: string
let guardian: Guardian
let cluster: RedisCluster
let redis: RedisConnection

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'redis-cluster-'))
  const { redis: server } = await findRequirements({
    artifactsDirectory,
    kafkaVersion: undefined,
    redis: true,
    docker: 'not used',
  })
  if (!server) throw new Error('There is no Redis to start.')
  await takeLock(dataDirectory, () => undefined)
  guardian = startGuardian(dataDirectory)
  cluster = await startRedisCluster(guardian, {
    file: server.file,
    dataDirectory,
    ports: createPorts({ any: true }),
  })
  redis = createRedis(cluster.url)
})

afterEach(async () => {
  for (const { direct } of cluster.nodes) await direct.flushall()
})

afterAll(async () => {
  redis.close()
  await cluster.close()
  await guardian.stop()
  await rm(dataDirectory, { recursive: true, force: true })
})

const set = (key: string, value: string) => redis.use((client) => client.set(key, value))
const get = (key: string) => redis.use((client) => client.get(key))
const untilSet = (key: string) => vi.waitFor(() => set(key, 'again'), { timeout: 20_000, interval: 100 })

async function holderOf(key: string): Promise<RedisNode> {
  await set(key, 'here')
  for (const node of cluster.nodes) if ((await node.direct.dbsize()) === 1) return node
  throw new Error(`no node holds ${key}`)
}

test('each key goes to the node of its slot', async () => {
  await Promise.all(KEYS.map((key) => set(key, key)))
  expect(await Promise.all(KEYS.map(get))).toEqual(KEYS)
  expect(await Promise.all(cluster.nodes.map(({ direct }) => direct.dbsize()))).toEqual([1, 1, 1])
})

test('a script runs on each node, also after one of them has forgotten it', async () => {
  const run = () => Promise.all(KEYS.map((key) => redis.script(increment, [key], [])))
  expect(await run()).toEqual([1, 1, 1])
  await cluster.nodes[1]?.direct.script('FLUSH')
  expect(await run()).toEqual([2, 2, 2])
})

test('a command over two slots is a defect, not an outage', async () => {
  const both = redis.use((client) => client.mget('a', 'b'))
  await expect(both).rejects.toMatchObject({
    name: 'ReplyError',
    message: expect.stringMatching(/^CROSSSLOT/) as string,
  })
})

test('row 23: while a node is killed its keys are unavailable, the others go on, and it comes back with its data', async () => {
  const node = await holderOf('a')
  await node.kill()
  await expect(set('a', 'lost')).rejects.toMatchObject(unavailable)
  await expect(redis.script(increment, ['a'], [])).rejects.toMatchObject(unavailable)
  expect(await set('b', 'kept')).toBe('OK')
  await node.restart()
  await vi.waitFor(async () => expect(await get('a')).toBe('here'), { timeout: 20_000, interval: 100 })
  await untilSet('a')
})

test('a node that stands still is unavailable within about a second and serves again once it goes on', async () => {
  const node = await holderOf('a')
  node.pause()
  try {
    await expect(set('a', 'late')).rejects.toMatchObject(unavailable)
  } finally {
    node.resume()
  }
  await untilSet('a')
})

test('a command refused because the line to its node is cut does not run later', async () => {
  const node = await holderOf('a')
  await redis.use((client) => client.del('a'))
  await node.link.cut()
  await expect(redis.use((client) => client.incr('a'))).rejects.toMatchObject(unavailable)
  await node.link.restore()
  await untilSet('c')
  await vi.waitFor(() => get('a'), { timeout: 20_000, interval: 100 })
  expect(await get('a')).toBeNull()
})

test('with all nodes away a first use fails, and finds them once they are back', async () => {
  await Promise.all(cluster.nodes.map(({ link }) => link.cut()))
  const late = createRedis(cluster.url)
  try {
    await expect(late.use((client) => client.get('a'))).rejects.toMatchObject(unavailable)
    await Promise.all(cluster.nodes.map(({ link }) => link.restore()))
    await vi.waitFor(() => late.use((client) => client.set('a', 'x')), { timeout: 20_000, interval: 100 })
  } finally {
    late.close()
  }
})

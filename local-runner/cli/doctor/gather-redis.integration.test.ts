import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, inject, onTestFinished, test, vi } from 'vitest'
import { diagnoseRedis } from './diagnose-redis.ts'
import { gatherRedis } from './gather-redis.ts'

// A Redis of its own: these tests break it.
let directory: string
let server: ChildProcess
let url: string
let redis: Redis

const causes = async (of = url) => diagnoseRedis(await gatherRedis(of, () => 0)).map(({ cause }) => cause)
const whats = async () => diagnoseRedis(await gatherRedis(url, () => 0)).map(({ what }) => what)

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  return port
}

async function startRedis(more: Readonly<Record<string, string>> = {}) {
  const other = new Redis(inject('redisUrl'))
  const file = /executable:(.*)/.exec(await other.info('server'))?.[1]?.trim() ?? ''
  other.disconnect()
  const folder = await mkdtemp(join(tmpdir(), 'redis-doctor-'))
  const port = await freePort()
  const settings = { port, dir: folder, bind: '127.0.0.1', save: '', appendonly: 'yes', ...more }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(file, args, { stdio: 'ignore' })
  const client = new Redis(port)
  client.on('error', () => undefined)
  await vi.waitFor(() => client.ping(), 10_000)
  const stop = async () => {
    client.disconnect()
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  return { child, folder, port, client, stop }
}

let stop: () => Promise<void>
beforeAll(async () => {
  const started = await startRedis()
  ;({ child: server, folder: directory, client: redis, stop } = started)
  url = `redis://127.0.0.1:${started.port}`
})

beforeEach(async () => {
  await redis.config('SET', 'maxmemory', '0', 'save', '')
  await redis.del('{r}:frozen', '{r}:backlog')
})

afterAll(() => stop())

test('a Redis that is well, and nothing is written to it', async () => {
  expect(await causes()).toEqual([])
  expect(await redis.dbsize()).toBe(0)
  expect((await gatherRedis(url, () => 0)).nodes).toMatchObject([{ mayHaveLostWrites: false }])
})

test('a shop that is frozen, and one whose events Kafka does not take', async () => {
  await redis.set('{r}:frozen', 1)
  await redis.set('{r}:backlog', 312)
  expect(await causes()).toEqual(['frozen', 'outbox-full'])
})

test('out of memory', async () => {
  await redis.config('SET', 'maxmemory', '1000')
  expect(await whats()).toEqual([expect.stringContaining('OOM') as unknown])
})

test('a snapshot that cannot be written', async () => {
  // A folder is where the file would be.
  await mkdir(join(directory, 'dump.rdb'))
  await redis.config('SET', 'save', '3600 1000000')
  await redis.bgsave()
  await expect
    .poll(() => redis.info('persistence'), { timeout: 10_000 })
    .toContain('rdb_last_bgsave_status:err')
  expect(await whats()).toEqual([expect.stringContaining('MISCONF') as unknown])
})

test('a replica', async () => {
  await redis.replicaof('127.0.0.1', 1)
  onTestFinished(async () => void (await redis.replicaof('NO', 'ONE')))
  expect(await whats()).toEqual([expect.stringContaining('READONLY') as unknown])
})

test('a Redis that was emptied may have lost writes', async () => {
  await redis.flushdb()
  expect((await gatherRedis(url, () => 0)).nodes).toMatchObject([{ mayHaveLostWrites: true }])
})

test('one that is paused, or takes a connection and says nothing, or is not there', async () => {
  server.kill('SIGSTOP')
  onTestFinished(() => void server.kill('SIGCONT'))
  expect(await causes()).toEqual(['redis-unreachable'])
  const silent = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await once(silent, 'listening')
  expect(await causes(`redis://127.0.0.1:${(silent.address() as AddressInfo).port}`)).toEqual([
    'redis-unreachable',
  ])
  const closed = await freePort()
  expect(await causes(`redis://127.0.0.1:${closed}`)).toEqual(['redis-unreachable'])
  expect(await causes(`redis+cluster://127.0.0.1:${closed}`)).toEqual(['redis-unreachable'])
})

test('each primary of a cluster is asked', async () => {
  const busPort = await freePort()
  const node = await startRedis({
    'cluster-enabled': 'yes',
    'cluster-port': String(busPort),
    'cluster-announce-ip': '127.0.0.1',
  })
  onTestFinished(node.stop)
  await node.client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await expect
    .poll(() => node.client.call('CLUSTER', 'INFO'), { timeout: 10_000 })
    .toContain('cluster_state:ok')
  const cluster = `redis+cluster://127.0.0.1:${node.port}`
  expect(await causes(cluster)).toEqual([])
  await node.client.set('{r}:frozen', 1)
  await node.client.config('SET', 'maxmemory', '1000')
  expect(await causes(cluster)).toEqual(['redis-refuses-writes', 'frozen'])
})

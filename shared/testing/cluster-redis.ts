import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, inject, vi } from 'vitest'
import { createRedis, type RedisConnection } from '../redis/connection.ts'

/**
 * A Redis in cluster mode for this test file alone, one node with all slots, and a cluster client: they refuse a command
 * that touches two slots, which a plain Redis allows. Call it at the top of a test file; it is emptied before every test.
 */
export function clusterRedis(): RedisConnection {
  let server: { readonly redis: RedisConnection; readonly stop: () => Promise<void> } | undefined
  const running = (): RedisConnection => {
    if (!server) throw new Error('The cluster is not started yet: use it inside a test.')
    return server.redis
  }
  beforeAll(async () => {
    server = await start()
  })
  beforeEach(async () => {
    await running().use((client) => client.flushall())
  })
  afterAll(async () => server?.stop())
  return {
    use: (commands) => running().use(commands),
    script: (...call) => running().script(...call),
    close: () => running().close(),
  }
}

async function start() {
  const directory = await mkdtemp(join(tmpdir(), 'redis-cluster-test-'))
  const [port, busPort] = await Promise.all([freePort(), freePort()])
  const options = {
    port,
    'cluster-port': busPort,
    'cluster-enabled': 'yes',
    // A single node cannot learn its address from others.
    'cluster-announce-ip': '127.0.0.1',
    dir: directory,
    save: '',
    bind: '127.0.0.1',
  }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(await executable(), args, { stdio: 'ignore' })
  const redis = createRedis(`redis+cluster://127.0.0.1:${port}`)
  const stop = async () => {
    redis.close()
    await end(child)
    await rm(directory, { recursive: true, force: true })
  }
  // A cluster client is not ready before the slots have an owner.
  const node = createRedis(`redis://127.0.0.1:${port}`)
  try {
    await vi.waitFor(() => node.use((client) => client.ping()), 10_000)
    await node.use((client) => client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383'))
    await vi.waitFor(() => redis.use((client) => client.set('ready', 1)), 10_000)
  } catch (error) {
    await stop()
    throw error
  } finally {
    node.close()
  }
  return { redis, stop }
}

/** The binary that the tests' Redis runs from. */
async function executable(): Promise<string> {
  const client = new Redis(inject('redisUrl'))
  try {
    const path = /^executable:(.+)$/m.exec(await client.info('server'))?.[1]?.trim()
    if (!path) throw new Error('INFO server names no executable')
    return path
  } finally {
    client.disconnect()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

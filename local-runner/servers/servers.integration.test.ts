import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import * as z from 'zod'
import { waitUntil } from '../async/wait-until.ts'
import { commandOf } from './command-of.ts'
import type { KafkaVersion } from './kafka-release.ts'
import { lockPathIn, readLock } from './lock-file.ts'
import { startServers } from './servers.ts'
import { ensureTopics } from './topics.ts'

const projectDirectory = join(import.meta.dirname, '..', '..')
const artifactsDirectory = join(projectDirectory, '.local', 'artifacts')
const providedKafka = { kafkaBrokers: inject('kafkaBrokers') }
const started = z.object({ kafkaBrokers: z.array(z.string()), redisUrl: z.string() })

let dataDirectory: string
let printed: string[]
let deaths: string[]
let cleanUps: (() => unknown)[]

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'servers-test-'))
  printed = []
  deaths = []
  cleanUps = []
})
afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
  await until(() => readLock(lockPathIn(dataDirectory)) === undefined)
  await rm(dataDirectory, { recursive: true, force: true })
})

type Servers = { readonly kafkaBrokers: readonly string[] } | { readonly kafkaVersion: KafkaVersion }

async function start(servers: Servers = providedKafka) {
  const started = await startServers({
    ...servers,
    projectDirectory,
    artifactsDirectory,
    dataDirectory,
    portOffset: 0,
    anyPorts: true,
    native: true,
    print: (line) => printed.push(line),
    onDeath: (what) => deaths.push(what),
  })
  cleanUps.push(started.stop)
  return started
}

/** Starts servers in a process of their own, which `kill` ends without a chance to stop anything. */
async function startElsewhere(servers: Servers = providedKafka) {
  const options = JSON.stringify({
    ...servers,
    projectDirectory,
    artifactsDirectory,
    dataDirectory,
    native: true,
  })
  const runner = spawn(process.execPath, [join(import.meta.dirname, 'hold-servers.ts'), options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = async () => {
    if (runner.signalCode !== null) return
    runner.kill('SIGKILL')
    await once(runner, 'exit')
  }
  cleanUps.push(kill)
  for await (const line of createInterface({ input: runner.stdout })) {
    return { ...started.parse(JSON.parse(line)), kill }
  }
  throw new Error('The process that should hold the servers ended; it says why above.')
}

async function until(condition: () => boolean) {
  expect(await waitUntil(condition, { timeoutSeconds: 25 })).toBe(true)
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}

function lock() {
  const content = readLock(lockPathIn(dataDirectory))
  if (!content) throw new Error('nobody has the lock')
  return { ...content, guardianPid: content.guardianPid ?? 0, pids: content.servers.map(({ pid }) => pid) }
}

test('a stop ends every server and its guardian, and releases the data directory', async () => {
  const { stop, redisUrl, kafkaBrokers } = await start()
  expect(kafkaBrokers).toEqual(providedKafka.kafkaBrokers)
  expect(await withRedis(redisUrl, async (redis) => await redis.ping())).toBe('PONG')
  const { pids, guardianPid } = lock()
  await stop()
  expect([...pids, guardianPid].map(commandOf)).toEqual(['', ''])
  expect(readLock(lockPathIn(dataDirectory))).toBeUndefined()
  expect(deaths).toEqual([])
})

test('Redis answers a write once it is on disk in its append-only file, and has 64 databases', async () => {
  const { redisUrl } = await start()
  const setting = async (name: string) =>
    await withRedis(redisUrl, async (redis) => (await redis.config('GET', name)) as unknown)
  expect(Object.values((await setting('appendonly')) ?? {})).toContain('yes')
  expect(Object.values((await setting('appendfsync')) ?? {})).toContain('always')
  expect(Object.values((await setting('save')) ?? {})).toContain('')
  expect(Object.values((await setting('databases')) ?? {})).toContain('64')
})

test('the servers of a runner that was killed stop by themselves', async () => {
  const { kill } = await startElsewhere()
  const { pids, guardianPid } = lock()
  await kill()
  await until(() => [...pids, guardianPid].every((pid) => commandOf(pid) === ''))
})

test('a start right after a kill waits for the old servers and finds the data again', async () => {
  const first = await startElsewhere()
  await withRedis(first.redisUrl, async (redis) => await redis.set('kept', 'yes'))
  await first.kill()
  const { redisUrl } = await start()
  expect(await withRedis(redisUrl, async (redis) => await redis.get('kept'))).toBe('yes')
})

test('a start stops the servers that are left when the guardian was killed too', async () => {
  const { kill } = await startElsewhere()
  const { pids, guardianPid } = lock()
  process.kill(guardianPid, 'SIGKILL')
  await kill()
  expect(commandOf(pids[0] ?? 0)).toContain(dataDirectory)
  await start()
  expect(commandOf(pids[0] ?? 0)).toBe('')
  expect(printed).toContain('Stopping the servers that a killed runner left running')
})

test('a second runner is refused the data directory of one that lives, and leaves it alone', async () => {
  const { redisUrl } = await startElsewhere()
  await expect(start()).rejects.toThrow(/Another runner \(process \d+\) already uses .*RUNNER_DATA_DIR/)
  expect(await withRedis(redisUrl, async (redis) => await redis.ping())).toBe('PONG')
})

test('the death of a server that nobody stopped is reported', async () => {
  await start()
  process.kill(lock().pids[0] ?? 0, 'SIGKILL')
  await until(() => deaths.length > 0)
  expect(deaths).toEqual([expect.stringMatching(/^Redis 7\S+ \(process \d+, signal SIGKILL; logs in /)])
})

test('the death of the guardian is reported, and a stop still ends the servers', async () => {
  const { stop } = await start()
  const { pids, guardianPid } = lock()
  process.kill(guardianPid, 'SIGKILL')
  await until(() => deaths.length > 0)
  expect(deaths[0]).toContain('its guardian process died')
  await stop()
  expect(pids.map(commandOf)).toEqual([''])
})

test('a server that cannot start is an error with the end of its log, and leaves nothing running', async () => {
  await mkdir(join(dataDirectory, 'redis', 'appendonlydir'), { recursive: true })
  await writeFile(join(dataDirectory, 'redis', 'appendonlydir', 'appendonly.aof.manifest'), 'no manifest\n')
  await expect(start()).rejects.toThrow(
    /redis did not start: it ended \(exit code 1\).*redis\.log:[^]*manifest/,
  )
  expect(readLock(lockPathIn(dataDirectory))).toBeUndefined()
})

test('provided servers that do not answer are named, with what to do', async () => {
  await expect(start({ kafkaBrokers: ['127.0.0.1:1'] })).rejects.toThrow(
    /No Kafka answers on KAFKA_BROKERS=127.0.0.1:1 over PLAINTEXT: .+ECONNREFUSED.+ Start it/,
  )
  expect(await readdir(dataDirectory)).toEqual([])
})

test.each(['4.3.1', '3.4.1'] as const)(
  'Kafka %s with its data survives that everything is killed at once',
  { timeout: 90_000 },
  async (kafkaVersion) => {
    const first = await startElsewhere({ kafkaVersion })
    const kept = { name: 'kept', numPartitions: 3, configEntries: {} }
    await ensureTopics(first.kafkaBrokers, [kept], () => undefined)
    const { pids, guardianPid } = lock()
    expect(pids).toHaveLength(kafkaVersion === '3.4.1' ? 3 : 2)
    for (const pid of [guardianPid, ...pids]) process.kill(pid, 'SIGKILL')
    await first.kill()

    const { kafkaBrokers } = await start({ kafkaVersion })
    expect(kafkaBrokers).not.toEqual(first.kafkaBrokers)
    printed = []
    await ensureTopics(kafkaBrokers, [kept], (line) => printed.push(line))
    expect(printed).toEqual([])
  },
)

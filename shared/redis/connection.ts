import { Redis } from 'ioredis'
import { AppError } from '../errors.ts'
import { runScript, type RunScript } from './script.ts'

/** Why each: orders.md section 6. With the offline queue on, a command that timed out would still run later. */
const OPTIONS = {
  lazyConnect: true,
  connectTimeout: 1000,
  commandTimeout: 800,
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  noDelay: true,
  keepAlive: 5000,
  retryStrategy: (attempt: number) => Math.min(attempt * 100, 1000),
} as const

export interface RedisConnection {
  /** Runs commands on the connected client. @throws AppError `redis_unavailable`, outcome unknown, when it does not answer. */
  readonly use: <T>(commands: (client: Redis) => Promise<T>) => Promise<T>
  /** Runs a Lua script atomically in the one slot of its keys. @throws as `use`. */
  readonly script: RunScript
  readonly close: () => void
}

/** Connects on first use, and again after a loss. `url` is `redis://host:port/db` or `rediss://` for TLS. */
export function createRedis(url: string): RedisConnection {
  const client = new Redis(url, OPTIONS)
  // Every fault reaches the command that meets it; without a listener ioredis would print each one as well.
  client.on('error', () => undefined)
  let connecting: Promise<void> | undefined

  /** One wait for all who meet the client before it is ready. */
  const ready = (): Promise<void> =>
    (connecting ??= untilReady(client).finally(() => (connecting = undefined)))

  async function use<T>(commands: (client: Redis) => Promise<T>): Promise<T> {
    try {
      if (client.status !== 'ready') await ready()
      return await commands(client)
    } catch (error) {
      if (isDefect(error)) throw error
      throw new AppError('unavailable', 'redis_unavailable', 'Redis did not answer; try again.', {
        headers: { 'retry-after': '1' },
        cause: error,
      })
    }
  }

  return {
    use,
    script: (script, keys, args) => use((connected) => runScript(connected, script, keys, args)),
    close: () => client.disconnect(),
  }
}

/** Waits until the client is ready, no longer than one connection attempt may take. */
async function untilReady(client: Redis): Promise<void> {
  if (client.status === 'wait' || client.status === 'end') return client.connect()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error('no connection in time')), OPTIONS.connectTimeout)
  client.once('ready', resolve)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    client.off('ready', resolve)
  }
}

/** A reply that says our command is wrong. Every other fault, such as LOADING, OOM or a lost socket, passes with time. */
const isDefect = (error: unknown): boolean =>
  error instanceof AppError ||
  (error instanceof Error && error.name === 'ReplyError' && /^(ERR|WRONGTYPE) /.test(error.message))

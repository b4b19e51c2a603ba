import { Cluster } from 'ioredis'
import { AppError } from '../errors.ts'
import { within } from '../within.ts'
import { CONNECT_TIMEOUT_MS, createClient, type RedisClient } from './redis-client.ts'
import { type RunScript, runScript } from './script.ts'

export interface RedisConnection {
  /**
   * Runs commands on the connected client, each with keys of one slot only.
   * @throws AppError `redis_unavailable`, outcome unknown, when Redis does not answer; `redis_data_unusable` when what is
   * stored is of another form than the command needs, and no retry can help.
   */
  readonly use: <T>(commands: (client: RedisClient) => Promise<T>) => Promise<T>
  /** Runs a Lua script atomically in the one slot of its keys. @throws as `use`. */
  readonly script: RunScript
  readonly close: () => void
}

/** Connects on first use, and again after a loss. The forms of `url` are those of `createClient`. */
export function createRedis(url: string): RedisConnection {
  const client = createClient(url)
  // Each command gets its own error; without a listener ioredis would print it as well.
  client.on('error', () => undefined)
  let connecting: Promise<void> | undefined

  /** One wait, shared by all calls before the client is ready. */
  const ready = (): Promise<void> =>
    (connecting ??= untilReady(client).finally(() => (connecting = undefined)))

  async function use<T>(commands: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      if (client.status !== 'ready') await ready()
      return await commands(client)
    } catch (error) {
      if (isAboutData(error)) {
        throw new AppError(
          'conflict',
          'redis_data_unusable',
          `What Redis holds is not of the form that it must be: ${error.message}`,
          { status: 500, cause: error },
        )
      }
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
async function untilReady(client: RedisClient): Promise<void> {
  if (client.status === 'ready') return
  if (client.status === 'wait' || client.status === 'end') {
    await within(CONNECT_TIMEOUT_MS, client.connect())
  } else {
    const { promise, resolve } = Promise.withResolvers<void>()
    client.once('ready', resolve)
    try {
      await within(CONNECT_TIMEOUT_MS, promise)
    } finally {
      client.off('ready', resolve)
    }
  }
  // A cluster is ready once it knows which node has which slot; its nodes may take a moment longer. A node that is away
  // must not delay the others.
  if (client instanceof Cluster) await Promise.allSettled(client.nodes('master').map(untilReady))
}

const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError'

/** Whether the stored data is wrong for the command: another type, no number, or a number that has no room. */
const isAboutData = (error: unknown): error is Error =>
  isReply(error) &&
  /^WRONGTYPE |is not an integer|is not a (?:valid )?float|increment or decrement would overflow/.test(
    error.message,
  )

/** Whether the command is wrong. Any other error, such as LOADING, OOM, CLUSTERDOWN or a lost socket, passes with time. */
const isDefect = (error: unknown): boolean =>
  error instanceof AppError || (isReply(error) && /^(ERR|CROSSSLOT) /.test(error.message))

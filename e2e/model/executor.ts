import type { RedisConnection } from '../../shared/redis/connection.ts'
import type { RedisCall } from './recorded-connection.ts'

/** What one key holds: a hash, or a sorted set by time. Times are words, so that equal situations are equal. */
export type Content = Readonly<Record<string, string>>
export type Keys = Readonly<Record<string, Content>>

export interface ExecuteResult {
  readonly reply: unknown
  /** The keys of the call as they are after it. */
  readonly after: Keys
}

/** @param before the keys of the call, as far as they exist */
export type Execute = (call: RedisCall, before: Keys) => Promise<ExecuteResult>

const HOUR_MS = 3_600_000
/** Between what a script makes due at once and the shortest lease that it gives (2 s). */
const MARGIN_MS = 1000

const isSortedSet = (key: string): boolean => /:(intent|outbox|open|orders)$/.test(key)
/** Fields that hold a time at which something was, and nothing compares in this model. */
const isMoment = (key: string, field: string): boolean =>
  field === 't0' || (key.includes(':ob:') && field !== 'p')

/**
 * Runs calls on a real Redis from any state of their keys, each pair of call and state once. Its clock has two sides only:
 * a time is `due` or `later`.
 * @param toLua what is run instead of a script
 */
export function createExecutor({ use }: RedisConnection, toLua: (lua: string) => string): Execute {
  const done = new Map<string, ExecuteResult>()
  const beganMs = Date.now()

  async function restore(keys: Keys): Promise<void> {
    const toTime = (side: string) => (side === 'later' ? Date.now() + HOUR_MS : 1)
    await use(async (client) => {
      await client.flushdb()
      for (const [key, content] of Object.entries(keys)) {
        for (const [field, value] of Object.entries(content)) {
          if (isSortedSet(key)) await client.zadd(key, toTime(value), field)
          else if (isMoment(key, field)) await client.hset(key, field, beganMs)
          else await client.hset(key, field, field === 'lease' ? toTime(value) : value)
        }
      }
    })
  }

  async function dump(key: string, calledMs: number): Promise<Content> {
    const toSide = (time: number) => (time > calledMs + MARGIN_MS ? 'later' : 'due')
    return use(async (client) => {
      if (isSortedSet(key)) {
        const ids = await client.zrange(key, '0', '-1')
        const sides = await Promise.all(
          ids.map(async (id) => [id, toSide(Number(await client.zscore(key, id)))]),
        )
        return Object.fromEntries(sides.sort()) as Content
      }
      const fields = Object.entries(await client.hgetall(key)).map(([field, value]) => {
        if (isMoment(key, field)) return [field, 'once']
        return [field, field === 'lease' ? toSide(Number(value)) : value]
      })
      return Object.fromEntries(fields.sort()) as Content
    })
  }

  const run = ({ command, script, keys, args }: RedisCall): Promise<unknown> =>
    use((client) =>
      script
        ? client.eval(toLua(script.lua), keys.length, ...keys, ...args)
        : client.call(command, ...keys, ...args.map(String)),
    )

  return async function execute(call, before): Promise<ExecuteResult> {
    const name = JSON.stringify([call.script?.sha1 ?? call.command, call.keys, call.args, before])
    const known = done.get(name)
    if (known) return known
    await restore(before)
    const calledMs = Date.now()
    const reply = withoutTimes(await run(call), beganMs)
    // The machine stood still: what is due and what is later cannot be told apart.
    if (Date.now() - calledMs > MARGIN_MS) return execute(call, before)
    const contents = await Promise.all(
      call.keys.map(async (key) => [key, await dump(key, calledMs)] as const),
    )
    const executed = { reply, after: Object.fromEntries(contents) }
    done.set(name, executed)
    return executed
  }
}

/** Every moment is the one when the model began, and every rest of a lease an hour. */
function withoutTimes(reply: unknown, beganMs: number): unknown {
  if (Array.isArray(reply)) return reply.map((part) => withoutTimes(part, beganMs))
  if (typeof reply === 'string' && /^\d{13}$/.test(reply)) return String(beganMs)
  if (typeof reply !== 'number' || reply < 1e5) return reply
  return reply > 1e12 ? beganMs : HOUR_MS
}

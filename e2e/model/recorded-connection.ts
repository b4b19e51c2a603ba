import type { RedisConnection } from '../../shared/redis/connection.ts'
import type { Script } from '../../shared/redis/script.ts'

/** A call of Redis as the code under test makes it: a script, or a read such as `hmget`. */
export interface RedisCall {
  readonly command: string
  readonly script?: Script
  readonly keys: readonly string[]
  readonly args: readonly (string | number)[]
}

/**
 * A connection that answers from a list of replies, and notes the first call without one; that call never ends. Running the
 * code again with one more reply takes it one step further, so a position in the code is a list of replies.
 */
export function recordedConnection(replies: readonly unknown[]) {
  let calls = 0
  let next: RedisCall | undefined
  const answer = (call: RedisCall): Promise<unknown> => {
    const index = calls++
    if (index < replies.length) return Promise.resolve(replies[index])
    next ??= call
    return Promise.withResolvers<never>().promise
  }
  const client = new Proxy(
    {},
    {
      get: (_target, command) =>
        typeof command === 'string' && command !== 'then'
          ? (key: string, ...args: string[]) => answer({ command, keys: [key], args })
          : undefined,
    },
  )
  const connection: RedisConnection = {
    script: (script, keys, args) => answer({ command: 'script', script, keys, args }),
    use: (commands) => commands(client as Parameters<typeof commands>[0]),
    close: () => undefined,
  }
  return { connection, next: () => next }
}

import { setImmediate } from 'node:timers/promises'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import type { Keys } from './executor.ts'
import { recordedConnection, type RedisCall } from './recorded-connection.ts'

export interface Actor {
  readonly name: string
  /** Its input, such as an event's JSON; undefined while it cannot begin. Once begun, it goes on whatever happens. */
  readonly begin: (keys: Keys) => string | undefined
  /** What it does, with the real use cases and stores. Resolves to the answer to its caller. */
  readonly run: (redis: RedisConnection, begunWith: string) => Promise<string>
}

export type Step =
  | { readonly next: RedisCall }
  /** The result, or `failed: ` and why. */
  | { readonly result: string }

/** Where an actor is after these replies. */
export async function stepAfter(actor: Actor, begunWith: string, replies: readonly unknown[]): Promise<Step> {
  const { connection, next } = recordedConnection(replies)
  let result: string | undefined
  void actor.run(connection, begunWith).then(
    (answer) => (result = answer),
    (error: unknown) => (result = `failed: ${error instanceof Error ? error.message : String(error)}`),
  )
  // Everything that needs no reply has run by then.
  await setImmediate()
  const call = next()
  if (result !== undefined) return { result }
  if (!call) throw new Error(`${actor.name} waits for something that is not Redis.`)
  return { next: call }
}

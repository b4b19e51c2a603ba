import { createHash } from 'node:crypto'
import type { RedisClient } from './redis-client.ts'

export interface Script {
  readonly lua: string
  readonly sha1: string
}

export type RunScript = (
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>

export const defineScript = (lua: string): Script => ({
  lua,
  sha1: createHash('sha1').update(lua).digest('hex'),
})

/** Runs by digest, and sends the text only to a server that has not seen it (a new node, SCRIPT FLUSH). */
export async function runScript(
  client: RedisClient,
  { lua, sha1 }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await client.evalsha(sha1, keys.length, ...keys, ...args)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return client.eval(lua, keys.length, ...keys, ...args)
  }
}

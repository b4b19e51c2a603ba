import { arch, platform } from 'node:process'
import type { Search } from './find-java.ts'
import { runCommand } from './run-command.ts'

const OLDEST_MAJOR = 7

/** `Redis server v=7.0.15 sha=...` or `Valkey server v=9.1.2 ...` → 7.0.15 */
export const toRedisVersion = (output: string): string | undefined =>
  /server v=(\d+\.\d+\.\d+)/.exec(output)?.[1]

export interface RedisServer {
  readonly file: string
  readonly version: string
}

/** Finds a Redis or Valkey on the PATH that has all commands the functions use (7 or newer). */
export async function findRedis(): Promise<Search<RedisServer>> {
  const tooOld: string[] = []
  for (const file of ['redis-server', 'valkey-server']) {
    const { code, output } = await runCommand(file, ['--version'], { timeoutSeconds: 5 })
    const version = code === 0 ? toRedisVersion(output) : undefined
    if (!version) continue
    if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return { found: { file, version }, instead: '' }
    tooOld.push(`${file} is ${version}`)
  }
  return { instead: tooOld.join(', ') || 'not found' }
}

const SYSTEMS = new Map([
  ['linux x64', 'linux-amd64'],
  ['linux arm64', 'linux-arm64'],
  ['darwin x64', 'darwin-amd64'],
  ['darwin arm64', 'darwin-arm64'],
])

/** Name of this machine's server inside the Redis jar; undefined when the jar has none. */
export function redisJarEntry(system: string = platform, processor: string = arch): string | undefined {
  const name = SYSTEMS.get(`${system} ${processor}`)
  return name && `redis-server-7.0.15-${name}`
}

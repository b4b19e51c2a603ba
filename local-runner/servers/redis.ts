import { mkdir } from 'node:fs/promises'
import { askServer } from './ask-server.ts'
import type { Guardian, ServerProcess } from './guardian.ts'
import { startServer } from './start-server.ts'

/** More than the usual 16, so that every test worker can have one of its own. */
const DATABASES = 64

export interface RedisPlace {
  /** The server's program. */
  readonly file: string
  readonly directory: string
  readonly logFile: string
  readonly port: number
  /** What the server is called in messages; one guardian cannot hold two of one name. */
  readonly name?: string
  /** Further settings, as redis.conf names them. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/** Starts a Redis that answers a write once it is on the disk; ready once it answers PING. */
export async function startRedis(
  guardian: Pick<Guardian, 'start'>,
  { file, directory, logFile, port, name = 'redis', settings = {} }: RedisPlace,
): Promise<ServerProcess> {
  await mkdir(directory, { recursive: true })
  const options: Record<string, string | number> = {
    port,
    bind: '127.0.0.1',
    dir: directory,
    appendonly: 'yes',
    // With `everysec` an answer may go out before its write, while the second's fsync is under way: a kill then loses it.
    appendfsync: 'always',
    save: '',
    databases: DATABASES,
    // Redis would replace its command line, by which a left-over server is recognised.
    'set-proc-title': 'no',
    ...settings,
  }
  const args = Object.entries(options).flatMap(([setting, value]) => [`--${setting}`, String(value)])
  return await startServer(
    guardian,
    { name, file, args, environment: {}, logFile },
    // Its own log line first: any Redis that had the port before would answer PING.
    async (log) =>
      log.includes('Ready to accept connections') &&
      (await askServer('127.0.0.1', port, 'PING')).startsWith('+PONG'),
  )
}

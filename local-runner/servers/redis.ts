import { mkdir } from 'node:fs/promises'
import { askServer } from './ask-server.ts'
import type { Guardian, ServerProcess } from './guardian.ts'
import { startServer } from './start-server.ts'

/** Of a data directory: the folder that holds Redis's data. */
export const REDIS_FOLDER = 'redis'

/** More than the usual 16, one for each test worker. */
const DATABASES = 64

export interface RedisPlace {
  /** The server's program. */
  readonly file: string
  readonly directory: string
  readonly logFile: string
  readonly port: number
  /** In messages; unique within a guardian. */
  readonly name?: string
  /** Further settings, as redis.conf names them. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/** Starts a Redis that acknowledges writes only after fsync; ready when it answers PING. */
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
    // With `everysec` a write may be acknowledged before its fsync, and a kill then loses it.
    appendfsync: 'always',
    save: '',
    databases: DATABASES,
    // Redis would replace its command line, which identifies a server that was left running.
    'set-proc-title': 'no',
    ...settings,
  }
  const args = Object.entries(options).flatMap(([setting, value]) => [`--${setting}`, String(value)])
  return await startServer(
    guardian,
    { name, file, args, environment: {}, logFile },
    // Its log line too: another Redis on this port would answer PING as well.
    async (log) =>
      log.includes('Ready to accept connections') &&
      (await askServer('127.0.0.1', port, 'PING')).startsWith('+PONG'),
  )
}

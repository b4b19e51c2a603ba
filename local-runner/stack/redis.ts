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
}

/** Starts a Redis that keeps every write in its append-only file; ready once it answers PING. */
export async function startRedis(
  guardian: Pick<Guardian, 'start'>,
  { file, directory, logFile, port }: RedisPlace,
): Promise<ServerProcess> {
  await mkdir(directory, { recursive: true })
  const options = {
    port,
    bind: '127.0.0.1',
    dir: directory,
    appendonly: 'yes',
    save: '',
    databases: DATABASES,
    // Redis would replace its command line, by which a left-over server is recognised.
    'set-proc-title': 'no',
  }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  return await startServer(
    guardian,
    { name: 'redis', file, args, environment: {}, logFile },
    // Its own log line first: any Redis that had the port before would answer PING.
    async (log) =>
      log.includes('Ready to accept connections') &&
      (await askServer('127.0.0.1', port, 'PING')).startsWith('+PONG'),
  )
}

import { waitUntil } from '../async/wait-until.ts'
import type { Guardian, ServerProcess } from './guardian.ts'
import type { StartOrder } from './guardian-protocol.ts'
import { lastLines } from './run-command.ts'
import { readServerLog } from './server-log.ts'

const READY_LIMIT_SECONDS = 60

export class ServerStartError extends Error {
  /** The server's whole log of this attempt. */
  readonly log: string
  constructor(message: string, log: string) {
    super(message)
    this.name = 'ServerStartError'
    this.log = log
  }
}

/** Resolves when the server is ready. Rejects with the end of its log when it ends or is not ready within a minute. */
export async function startServer(
  { start }: Pick<Guardian, 'start'>,
  command: Omit<StartOrder, 'type'>,
  isReady: (log: string) => boolean | Promise<boolean>,
): Promise<ServerProcess> {
  const server = await start(command)
  const settled = new AbortController()
  const ended = server.exited.then((reason) => `it ended (${reason})`)
  const ready = waitUntil(async () => await isReady(readServerLog(command.logFile)), {
    timeoutSeconds: READY_LIMIT_SECONDS,
    signal: settled.signal,
  }).then((isUp) => (isUp ? undefined : `it was not ready after ${READY_LIMIT_SECONDS} s`))
  try {
    const failure = await Promise.race([ended, ready])
    if (failure === undefined) return server
    const log = readServerLog(command.logFile)
    throw new ServerStartError(
      `${command.name} did not start: ${failure}. The end of its log, ${command.logFile}:\n${lastLines(log)}`,
      log,
    )
  } finally {
    settled.abort()
  }
}

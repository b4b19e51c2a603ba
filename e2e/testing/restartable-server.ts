import type { ServerProcess } from '../../local-runner/servers/guardian.ts'

/** A server that a test can kill, pause and restart. */
export interface RestartableServer {
  /** kill -9; resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** Starts it again on its data and its ports; resolves when it is ready. */
  readonly restart: () => Promise<void>
  /** SIGSTOP. */
  readonly pause: () => void
  /** SIGCONT. */
  readonly resume: () => void
}

/** Starts a server with `start`, which is called again for each restart. */
export async function startRestartable(start: () => Promise<ServerProcess>): Promise<RestartableServer> {
  let server = await start()
  return {
    kill: async () => {
      process.kill(server.pid, 'SIGKILL')
      await server.exited
    },
    restart: async () => {
      server = await start()
    },
    pause: () => void process.kill(server.pid, 'SIGSTOP'),
    resume: () => void process.kill(server.pid, 'SIGCONT'),
  }
}

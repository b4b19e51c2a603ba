import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type GuardianOrder, guardianReport, type StartOrder } from './guardian-protocol.ts'
import { lockPathIn } from './lock-file.ts'
import { stopRecordedServers } from './recorded-servers.ts'
import { logsIn } from './server-log.ts'

export interface ServerProcess {
  readonly pid: number
  /** Resolves when the server has ended, to the reason: an exit code, a signal, or its guardian's death. */
  readonly exited: Promise<string>
}

export interface Guardian {
  /** Starts a server as the guardian's child. Rejects when the program cannot be run. */
  readonly start: (server: Omit<StartOrder, 'type'>) => Promise<ServerProcess>
  /** Registers a command to run after the servers have stopped, even when this process is killed. */
  readonly atEnd: (command: Omit<Extract<GuardianOrder, { type: 'atEnd' }>, 'type'>) => void
  /** Stops all servers in reverse order, then the guardian; releases the data directory. */
  readonly stop: () => Promise<void>
}

/** Longer than three servers take, each up to its own limit. */
const STOP_LIMIT_MS = 80_000

interface Watched {
  readonly started: (pid: number) => void
  readonly exited: (reason: string) => void
}

/** Starts the parent process of the servers of `dataDirectory`; the caller holds that directory's lock. */
export function startGuardian(dataDirectory: string): Guardian {
  mkdirSync(logsIn(dataDirectory), { recursive: true })
  const log = openSync(join(logsIn(dataDirectory), 'guardian.log'), 'w')
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('guardian-process.ts', import.meta.url)),
      lockPathIn(dataDirectory),
      String(process.pid),
    ],
    // Ctrl-C reaches the terminal's whole process group, and the servers must outlive the runner, which is still draining.
    { detached: true, stdio: ['pipe', 'pipe', log], env: { ...process.env, NODE_OPTIONS: '' } },
  )
  closeSync(log)
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error('The guardian process has no pipes, so it cannot receive orders.')
  // Writing to a dead guardian fails; its exit rejects whatever waits.
  stdin.on('error', () => undefined)

  const watched = new Map<string, Watched>()
  const guardianExit = new Promise<void>((resolve) => {
    const end = () => {
      for (const { exited } of watched.values()) exited('its guardian process died')
      resolve()
    }
    child.once('error', end)
    child.once('exit', end)
  })
  createInterface({ input: stdout }).on('line', (line) => {
    const report = guardianReport.parse(JSON.parse(line))
    if (report.type === 'started') return watched.get(report.name)?.started(report.pid)
    watched.get(report.name)?.exited(report.reason)
    watched.delete(report.name)
  })
  const send = (order: GuardianOrder) => stdin.write(`${JSON.stringify(order)}\n`)

  const start = async (server: Omit<StartOrder, 'type'>): Promise<ServerProcess> =>
    await new Promise((resolve, reject) => {
      const { promise: exited, resolve: exit } = Promise.withResolvers<string>()
      watched.set(server.name, {
        started: (pid) => resolve({ pid, exited }),
        exited: (reason) => {
          exit(reason)
          reject(new Error(`${server.name} (${server.file}) could not be run: ${reason}.`))
        },
      })
      if (child.exitCode !== null || child.signalCode !== null)
        watched.get(server.name)?.exited('its guardian process died')
      else send({ type: 'start', ...server })
    })

  const stop = async () => {
    stdin.end()
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
    try {
      await guardianExit
    } finally {
      clearTimeout(limit)
    }
    // Does something only when the guardian itself was killed.
    await stopRecordedServers(dataDirectory)
  }
  return { start, atEnd: (command) => send({ type: 'atEnd', ...command }), stop }
}

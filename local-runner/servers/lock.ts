import { mkdirSync } from 'node:fs'
import { waitUntil } from '../async/wait-until.ts'
import { commandOf } from './command-of.ts'
import { createLock, type LockContent, lockPathIn, readLock } from './lock-file.ts'
import { stopRecordedServers } from './recorded-servers.ts'

/** Longer than a guardian needs for all servers, each up to its limit. */
const WAIT_LIMIT_SECONDS = 90

function runnerLives({ runner, guardianPid, stopping }: LockContent, guardianLives: boolean): boolean {
  if (stopping || runner.command === '') return false
  // Our own pid in an old lock was somebody else's once, unless this very process has started that guardian.
  if (runner.pid === process.pid) return guardianLives || guardianPid === undefined
  return commandOf(runner.pid) === runner.command
}

/**
 * Makes this process the one user of a data directory, once the servers of a killed runner have stopped: waits for its
 * guardian, or stops the servers itself when the guardian was killed too.
 */
export async function takeLock(dataDirectory: string, say: (line: string) => void): Promise<void> {
  mkdirSync(dataDirectory, { recursive: true })
  const lockPath = lockPathIn(dataDirectory)
  const mine = { runner: { pid: process.pid, command: commandOf(process.pid) }, servers: [], stopping: false }

  while (!createLock(lockPath, mine)) {
    const other = readLock(lockPath)
    if (!other) continue
    const guardianLives = () => commandOf(other.guardianPid ?? 0).includes(lockPath)
    if (runnerLives(other, guardianLives())) {
      throw new Error(
        `Another runner (process ${other.runner.pid}) already uses ${dataDirectory}. Stop it first, or give this one a RUNNER_DATA_DIR and a PORT_OFFSET of its own.`,
      )
    }
    if (!guardianLives()) {
      if (other.servers.length > 0) say('Stopping the servers that a killed runner left behind')
      await stopRecordedServers(dataDirectory)
      continue
    }
    say('Waiting for the servers of the previous runner to stop')
    const released = () => readLock(lockPath)?.guardianPid !== other.guardianPid || !guardianLives()
    if (!(await waitUntil(released, { timeoutSeconds: WAIT_LIMIT_SECONDS }))) {
      throw new Error(
        `The servers of the previous runner still run after ${WAIT_LIMIT_SECONDS} s. End process ${other.guardianPid} and start again.`,
      )
    }
  }
}

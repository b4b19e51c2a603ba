import { mkdirSync } from 'node:fs'
import { waitUntil } from '../async/wait-until.ts'
import { commandOf } from './command-of.ts'
import { createLock, type LockContent, lockPathIn, readLock } from './lock-file.ts'
import { stopRecordedServers } from './recorded-servers.ts'

/** Longer than a guardian takes for all servers, each up to its limit. */
const WAIT_LIMIT_SECONDS = 90

function isRunnerAlive({ runner, guardianPid, stopping }: LockContent, isGuardianAlive: boolean): boolean {
  if (stopping || runner.command === '') return false
  // An old lock with our pid is from an earlier process with that pid, unless this process has started its guardian.
  if (runner.pid === process.pid) return isGuardianAlive || guardianPid === undefined
  return commandOf(runner.pid) === runner.command
}

/**
 * Makes this process the only user of a data directory. Servers of a killed runner are stopped first: by its guardian, or
 * here when the guardian was killed too.
 */
export async function takeLock(dataDirectory: string, print: (line: string) => void): Promise<void> {
  mkdirSync(dataDirectory, { recursive: true })
  const lockPath = lockPathIn(dataDirectory)
  const mine = { runner: { pid: process.pid, command: commandOf(process.pid) }, servers: [], stopping: false }

  while (!createLock(lockPath, mine)) {
    const other = readLock(lockPath)
    if (!other) continue
    const isGuardianAlive = () => commandOf(other.guardianPid ?? 0).includes(lockPath)
    if (isRunnerAlive(other, isGuardianAlive())) {
      throw new Error(
        `Another runner (process ${other.runner.pid}) already uses ${dataDirectory}. Stop it first, or give this one a RUNNER_DATA_DIR and a PORT_OFFSET of its own.`,
      )
    }
    if (!isGuardianAlive()) {
      if (other.servers.length > 0) print('Stopping the servers that a killed runner left running')
      await stopRecordedServers(dataDirectory)
      continue
    }
    print('Waiting for the servers of the previous runner to stop')
    const released = () => readLock(lockPath)?.guardianPid !== other.guardianPid || !isGuardianAlive()
    if (!(await waitUntil(released, { timeoutSeconds: WAIT_LIMIT_SECONDS }))) {
      throw new Error(
        `The servers of the previous runner are still running after ${WAIT_LIMIT_SECONDS} s. End process ${other.guardianPid} and start again.`,
      )
    }
  }
}

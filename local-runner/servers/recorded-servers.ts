import { waitUntil } from '../async/wait-until.ts'
import { commandOf } from './command-of.ts'
import { lockPathIn, readLock, removeLock } from './lock-file.ts'

const STOP_LIMIT_SECONDS = 20

/**
 * Stops the servers in the lock of `dataDirectory`, in reverse order, and removes the lock: for a guardian that was killed.
 * A process whose command line does not contain `dataDirectory` has only reused the pid, and is left alone.
 */
export async function stopRecordedServers(dataDirectory: string): Promise<void> {
  const lockPath = lockPathIn(dataDirectory)
  const lock = readLock(lockPath)
  if (!lock) return
  for (const { pid } of lock.servers.toReversed()) {
    const isAlive = () => commandOf(pid).includes(dataDirectory)
    if (!isAlive()) continue
    process.kill(pid, 'SIGTERM')
    if (await waitUntil(() => !isAlive(), { timeoutSeconds: STOP_LIMIT_SECONDS })) continue
    process.kill(pid, 'SIGKILL')
    await waitUntil(() => !isAlive(), { timeoutSeconds: STOP_LIMIT_SECONDS })
  }
  removeLock(lockPath)
}

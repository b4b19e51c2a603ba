import { waitUntil } from '../async/wait-until.ts'
import { commandOf } from './command-of.ts'
import { lockPathIn, readLock, removeLock } from './lock-file.ts'

const STOP_LIMIT_SECONDS = 20

/**
 * Stops the servers that the lock of `dataDirectory` names, last started first, and removes the lock: the guardian that
 * should have done so was killed. A process whose command line does not name `dataDirectory` is somebody else's: the pid
 * was given out again.
 */
export async function stopRecordedServers(dataDirectory: string): Promise<void> {
  const lockPath = lockPathIn(dataDirectory)
  const lock = readLock(lockPath)
  if (!lock) return
  for (const { pid } of lock.servers.toReversed()) {
    const lives = () => commandOf(pid).includes(dataDirectory)
    if (!lives()) continue
    process.kill(pid, 'SIGTERM')
    if (await waitUntil(() => !lives(), { timeoutSeconds: STOP_LIMIT_SECONDS })) continue
    process.kill(pid, 'SIGKILL')
    await waitUntil(() => !lives(), { timeoutSeconds: STOP_LIMIT_SECONDS })
  }
  removeLock(lockPath)
}

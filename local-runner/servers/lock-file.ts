import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const lockContent = z.object({
  runner: z.object({ pid: z.number(), command: z.string() }),
  guardianPid: z.number().optional(),
  /** In the order they were started. */
  servers: z.array(z.object({ name: z.string(), pid: z.number() })),
  /** The runner has gone and the guardian stops the servers. */
  stopping: z.boolean(),
})

export type LockContent = z.infer<typeof lockContent>

export const lockPathIn = (dataDirectory: string): string => join(dataDirectory, 'stack.lock')

/** Who uses a data directory; undefined when nobody. A file that cannot be read as a lock names nobody, so it is stale. */
export function readLock(path: string): LockContent | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return lockContent.parse(JSON.parse(text))
  } catch {
    return { runner: { pid: 0, command: '' }, servers: [], stopping: false }
  }
}

function writeBeside(path: string, content: LockContent): string {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, JSON.stringify(content))
  return draft
}

/** Creates the lock with its whole content in one step; false when there is one already. */
export function createLock(path: string, content: LockContent): boolean {
  const draft = writeBeside(path, content)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Replaces the lock's content in one step, so a reader never sees half of it. */
export function updateLock(path: string, content: LockContent): void {
  renameSync(writeBeside(path, content), path)
}

export function removeLock(path: string): void {
  rmSync(path, { force: true })
}

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const lockContent = z.object({
  runner: z.object({ pid: z.number(), command: z.string() }),
  guardianPid: z.number().optional(),
  /** In start order. */
  servers: z.array(z.object({ name: z.string(), pid: z.number() })),
  /** The runner has ended and the guardian is stopping the servers. */
  stopping: z.boolean(),
})

export type LockContent = z.infer<typeof lockContent>

export const lockPathIn = (dataDirectory: string): string => join(dataDirectory, 'stack.lock')

/** Who uses a data directory; undefined when nobody does. A file that is not a valid lock counts as stale. */
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

/** Creates the lock and its content atomically; false when there is one already. */
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

/** Replaces the lock's content atomically. */
export function updateLock(path: string, content: LockContent): void {
  renameSync(writeBeside(path, content), path)
}

export function removeLock(path: string): void {
  rmSync(path, { force: true })
}

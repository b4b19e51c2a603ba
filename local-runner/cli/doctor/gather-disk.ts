import { statfs } from 'node:fs/promises'
import type { DiskFacts } from './facts.ts'

/** Undefined where there is no such folder: the servers keep their data elsewhere. */
export async function gatherDisk(directory: string): Promise<DiskFacts | undefined> {
  const found = await statfs(directory).catch(() => undefined)
  return found && { directory, freeBytes: found.bavail * found.bsize }
}

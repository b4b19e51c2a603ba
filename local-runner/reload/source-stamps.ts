import { statSync } from 'node:fs'

interface Stamp {
  /** Changes with every write and, unlike the modification time, cannot be set back. */
  readonly ctimeMs: number
  readonly size: number
  /** Changes when an editor writes a new file and renames it into place. */
  readonly ino: number
}

/** The state of files; undefined for one that was missing, or changed while it was read. */
export type SourceStamps = ReadonlyMap<string, Stamp | undefined>

/** Resolution of a file's times. */
const TICK_MS = 20

function stampOf(path: string): Stamp | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats && { ctimeMs: stats.ctimeMs, size: stats.size, ino: stats.ino }
}

export const readStamps = (paths: Iterable<string>): SourceStamps =>
  new Map(Array.from(paths, (path) => [path, stampOf(path)]))

/**
 * The stamps of a build's sources, so that `isStale` notices every later change. `before` was read before the build started;
 * a source that it lacks is stamped now, unless it is so recent that the build may have read an older version.
 */
export function stampsOfBuild(
  paths: Iterable<string>,
  before: SourceStamps,
  startedAtEpochMs: number,
): SourceStamps {
  const stampFor = (path: string) => {
    if (before.has(path)) return before.get(path)
    const stamp = stampOf(path)
    return stamp && stamp.ctimeMs < startedAtEpochMs - TICK_MS ? stamp : undefined
  }
  return new Map(Array.from(paths, (path) => [path, stampFor(path)]))
}

/** True when a file has changed. Costs less than a microsecond per file. */
export function isStale(stamps: SourceStamps): boolean {
  for (const [path, stamp] of stamps) {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (!stamp || stats?.ctimeMs !== stamp.ctimeMs || stats.size !== stamp.size || stats.ino !== stamp.ino)
      return true
  }
  return false
}

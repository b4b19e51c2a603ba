import { statSync } from 'node:fs'

interface Stamp {
  /** Changes with every write, and unlike the modification time nobody can set it back. */
  readonly ctimeMs: number
  readonly size: number
  /** Another one when a file was written beside and moved into place, as many editors do. */
  readonly ino: number
}

/** How the files stood; undefined for one that was not there, or changed while it was read. */
export type SourceStamps = ReadonlyMap<string, Stamp | undefined>

/** A file's clock ticks only every few ms. */
const TICK_MS = 20

function stampOf(path: string): Stamp | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats && { ctimeMs: stats.ctimeMs, size: stats.size, ino: stats.ino }
}

export const readStamps = (paths: Iterable<string>): SourceStamps =>
  new Map(Array.from(paths, (path) => [path, stampOf(path)]))

/**
 * The stamps of a build's sources, such that `isStale` tells every later change. `before` was read before the build began;
 * a source it lacks is taken as it is now, unless it is so young that the build may have read it older.
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

/** True when a file is another than it was. Costs less than a microsecond per file. */
export function isStale(stamps: SourceStamps): boolean {
  for (const [path, stamp] of stamps) {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (!stamp || stats?.ctimeMs !== stamp.ctimeMs || stats.size !== stamp.size || stats.ino !== stamp.ino)
      return true
  }
  return false
}

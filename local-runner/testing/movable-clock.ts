import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface MovableClock {
  /** For Node, or for NODE_OPTIONS: the process that gets them has this clock. */
  readonly options: readonly string[]
  /** Milliseconds by which the clock is ahead; negative when it is behind. */
  readonly setOffset: (offsetMs: number) => void
}

/** A wall clock of child processes that a test sets. @param directory for a file */
export function createMovableClock(directory: string, name = 'clock'): MovableClock {
  const file = join(directory, `${name}-offset`)
  const setOffset = (offsetMs: number) => {
    // Whole at any time: a reader must not find an empty file.
    writeFileSync(`${file}.new`, String(offsetMs))
    renameSync(`${file}.new`, file)
  }
  setOffset(0)
  const preload = pathToFileURL(join(import.meta.dirname, 'stepping-clock.ts'))
  preload.searchParams.set('offsetFile', file)
  return { options: ['--import', preload.href], setOffset }
}

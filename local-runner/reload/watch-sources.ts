import { watch } from 'node:fs'
import { join } from 'node:path'

/** An editor's save is several events within a few ms. */
const SETTLE_MS = 10

export interface WatchSourcesDeps {
  /** Absolute; watched with all below. */
  readonly directories: readonly string[]
  /** At once, with an absolute path; may come several times for one save. */
  readonly onChange: (path: string) => void
  /** When nothing has changed for a moment. */
  readonly onSettled: () => void
  readonly onError: (error: unknown) => void
}

/** Tells of every file that changes. @returns the function that ends it */
export function watchSources({ directories, onChange, onSettled, onError }: WatchSourcesDeps): () => void {
  let timer: NodeJS.Timeout | undefined
  const watchers = directories.map((directory) =>
    watch(directory, { recursive: true }, (_, name) => {
      if (name !== null) onChange(join(directory, name))
      clearTimeout(timer)
      timer = setTimeout(onSettled, SETTLE_MS)
    }).on('error', onError),
  )
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}

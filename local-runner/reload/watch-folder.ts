import { type FSWatcher, lstatSync, readdirSync, watch } from 'node:fs'
import { join, sep } from 'node:path'

export interface WatchFolderDeps {
  /** Absolute; watched with all below it. */
  readonly folder: string
  /** Called with an absolute path. */
  readonly onChange: (path: string) => void
  readonly onError: (error: unknown) => void
}

const isFolder = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

function watchWhole({ folder, onChange, onError }: WatchFolderDeps): () => void {
  const watcher = watch(folder, { recursive: true }, (_, name) => onChange(join(folder, name ?? '')))
  watcher.on('error', onError)
  return () => watcher.close()
}

function watchEach({ folder: top, onChange, onError }: WatchFolderDeps): () => void {
  const watchers = new Map<string, FSWatcher>()

  function leave(path: string) {
    for (const [folder, watcher] of watchers) {
      if (folder !== path && !folder.startsWith(path + sep)) continue
      watcher.close()
      watchers.delete(folder)
    }
  }

  function watchOne(folder: string, onEntry: (path: string) => void) {
    const watcher = watch(folder, (type, name) => {
      if (name === null) return
      const path = join(folder, name)
      onChange(path)
      if (type === 'rename') follow(path)
    })
    watcher.on('error', onError)
    watchers.set(folder, watcher)
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      onEntry(path)
      if (entry.isDirectory()) enter(path, onEntry)
    }
  }

  function enter(folder: string, onEntry: (path: string) => void) {
    try {
      watchOne(folder, onEntry)
    } catch (error) {
      if (isFolder(folder)) onError(error) // Else it has gone meanwhile.
    }
  }

  /** What is at this path now may be another folder than before, with files that came before the watch. */
  function follow(path: string) {
    leave(path)
    if (isFolder(path)) enter(path, onChange)
  }

  enter(top, () => undefined)
  return () => leave(top)
}

/**
 * Reports every change below a folder. On Linux, Node's own recursive watch follows files and not names: it misses each save
 * after one that moved a new file into place. @returns the function that stops watching
 */
export const watchFolder = process.platform === 'linux' ? watchEach : watchWhole

import { watch } from 'node:fs'
import { join } from 'node:path'
import { watchFolder } from './watch-folder.ts'

/** An editor's save is several events within a few ms. */
const SETTLE_MS = 10

export interface WatchSourcesDeps {
  /** Absolute; watched with their subfolders. */
  readonly directories: readonly string[]
  /** Absolute; watched for files whose name begins so. */
  readonly beside: { readonly directory: string; readonly prefix: string }
  /** Called immediately, with an absolute path; several times for one save at times. */
  readonly onChange: (path: string) => void
  /** Called when nothing has changed for SETTLE_MS. */
  readonly onSettled: () => void
  readonly onError: (error: unknown) => void
}

/** Reports every file that changes. @returns the function that stops watching */
export function watchSources(deps: WatchSourcesDeps): () => void {
  const { directories, beside, onChange, onSettled, onError } = deps
  let timer: NodeJS.Timeout | undefined
  const note = (path: string) => {
    onChange(path)
    clearTimeout(timer)
    timer = setTimeout(onSettled, SETTLE_MS)
  }
  const stops = directories.map((folder) => watchFolder({ folder, onChange: note, onError }))
  const shallow = watch(beside.directory, (_, name) => {
    if (name?.startsWith(beside.prefix)) note(join(beside.directory, name))
  })
  shallow.on('error', onError)
  return () => {
    clearTimeout(timer)
    shallow.close()
    for (const stop of stops) stop()
  }
}

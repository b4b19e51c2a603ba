import { existsSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { RecordEvent } from '../journal/journal.ts'
import type { RunningHost } from '../lambda/function-host.ts'
import type { BuiltFunction } from './builder.ts'
import { createFunctionReload, type FunctionReload } from './function-reload.ts'
import { watchSources } from './watch-sources.ts'

/** Read only at the start: they define ports, triggers and topics. */
const NEEDS_RESTART = new Set(['function.json', 'api.json', 'topics.json', 'seed.json'])

export interface ReloadDeps {
  /** Absolute: the project. */
  readonly root: string
  /** The functions that the start built. */
  readonly built: readonly BuiltFunction[]
  /** When that build started. */
  readonly builtAtEpochMs: number
  readonly record: RecordEvent
  readonly print: (line: string) => void
}

export interface Reload {
  /** The host, kept up to date. */
  readonly follow: (functionName: string, host: RunningHost) => RunningHost
  /** Builds on each save, not only on the next call. @returns the function that stops watching */
  readonly watch: () => () => void
}

/** Keeps the functions up to date with their sources. */
export function createReload({ root, built, builtAtEpochMs, record, print }: ReloadDeps): Reload {
  const reloads: FunctionReload[] = []
  // A save in shared/ concerns every function; building all at once would slow down the one that is called.
  let last: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>) => (last = last.then(work))
  return {
    follow: (functionName, host) => {
      const current = built.find(({ name }) => name === functionName)
      if (!current) return host
      const reload = createFunctionReload({ ...current, functionName, host, builtAtEpochMs, inTurn, record })
      reloads.push(reload)
      return reload.host
    },
    watch: () => {
      const settings = new Set<string>()
      return watchSources({
        directories: ['functions', 'shared']
          .map((name) => join(root, name))
          .filter((path) => existsSync(path)),
        onChange: (path) => {
          if (NEEDS_RESTART.has(basename(path))) settings.add(relative(root, path))
          for (const { noteChange } of reloads) noteChange(path)
        },
        onSettled: () => {
          for (const path of settings)
            print(`${path} changed. It is read at the start only: start again to apply it.`)
          settings.clear()
          for (const { settle } of reloads) settle()
        },
        // Calls still notice every save, because each checks the files itself.
        onError: (error) =>
          print(`Watching the files failed, so a build begins with the next call: ${String(error)}`),
      })
    },
  }
}

import { existsSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { RecordEvent } from '../journal/journal.ts'
import type { RunningHost } from '../lambda/function-host.ts'
import type { BuiltFunction } from './builder.ts'
import { createFunctionReload, type FunctionReload } from './function-reload.ts'
import { watchSources } from './watch-sources.ts'

const SETTINGS = new Set(['function.json', 'api.json', 'topics.json', 'seed.json'])
const ENV_FILE = '.env'

export interface ReloadDeps {
  /** Absolute: the project. */
  readonly root: string
  readonly record: RecordEvent
  readonly print: (line: string) => void
}

export interface Reload {
  /** The host, kept up to date until it is stopped. */
  readonly follow: (built: BuiltFunction, host: RunningHost) => RunningHost
  /**
   * Builds on each save, not only on the next call.
   * @param onSettled called after each save, with the paths of the settings that changed: function.json and the like, .env files,
   * and folders of functions
   * @returns the function that stops watching
   */
  readonly watch: (onSettled: (settings: readonly string[]) => void) => () => void
}

/** Keeps the functions up to date with their sources. */
export function createReload({ root, record, print }: ReloadDeps): Reload {
  const reloads = new Set<FunctionReload>()
  const functionsFolder = join(root, 'functions')
  const isSettings = (path: string) =>
    dirname(path) === functionsFolder || dirname(path) === root || SETTINGS.has(basename(path))
  // A save in shared/ concerns every function; building all at once would slow down the one that is called.
  let last: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>) => (last = last.then(work))
  return {
    follow: ({ name: functionName, bundle, ...built }, host) => {
      const { buildId } = bundle
      const reload = createFunctionReload({ ...built, buildId, functionName, host, inTurn, record })
      reloads.add(reload)
      const stop = () => {
        reloads.delete(reload)
        return reload.host.stop()
      }
      return { ...reload.host, stop }
    },
    watch: (onSettled) => {
      const settings = new Set<string>()
      return watchSources({
        directories: [functionsFolder, join(root, 'shared')].filter((path) => existsSync(path)),
        beside: { directory: root, prefix: ENV_FILE },
        onChange: (path) => {
          if (isSettings(path)) settings.add(relative(root, path))
          for (const { noteChange } of reloads) noteChange(path)
        },
        onSettled: () => {
          onSettled([...settings])
          settings.clear()
          for (const { settle } of reloads) settle()
        },
        // Calls still notice every save, because each checks the files itself.
        onError: (error) =>
          print(
            `Watching the files failed, so a build begins with the next call, and function.json is not followed any more: ${String(error)}`,
          ),
      })
    },
  }
}

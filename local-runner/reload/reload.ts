import { existsSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { RecordEvent } from '../journal/journal.ts'
import type { RunningHost } from '../lambda/function-host.ts'
import type { Builder, BuiltFunction } from './builder.ts'
import { createFunctionReload, type FunctionReload } from './function-reload.ts'
import { watchSources } from './watch-sources.ts'

/** Read once, at the start: they decide ports, triggers and topics. */
const NEEDS_RESTART = new Set(['function.json', 'api.json', 'topics.json', 'seed.json'])

export interface ReloadDeps {
  /** Absolute: the project. */
  readonly root: string
  readonly builder: Pick<Builder, 'createDevelopmentBuild'>
  /** What the start built. */
  readonly built: readonly BuiltFunction[]
  /** When that began. */
  readonly builtAtEpochMs: number
  readonly record: RecordEvent
  readonly say: (line: string) => void
}

export interface Reload {
  /** The host, kept on the newest code. */
  readonly follow: (functionName: string, host: RunningHost) => RunningHost
  /** Builds as soon as something is saved, not only when it is called. @returns the function that ends it */
  readonly watch: () => () => void
}

/** Keeps the functions on the newest code. */
export function createReload({ root, builder, built, builtAtEpochMs, record, say }: ReloadDeps): Reload {
  const reloads: FunctionReload[] = []
  // A save in shared/ concerns every function; all at once would take the processor from the one that is called.
  let last: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>) => (last = last.then(work))
  return {
    follow: (functionName, host) => {
      const reload = createFunctionReload({
        functionName,
        host,
        sources: built.find(({ name }) => name === functionName)?.sources ?? [],
        builtAtEpochMs,
        createDevelopmentBuild: () => builder.createDevelopmentBuild(functionName),
        inTurn,
        record,
      })
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
            say(`${path} changed. It is read at the start only: start again to apply it.`)
          settings.clear()
          for (const { settle } of reloads) settle()
        },
        // Calls still see every save, as they look at the files themselves.
        onError: (error) =>
          say(`Watching the files failed, so a build begins with the next call: ${String(error)}`),
      })
    },
  }
}

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { JournalEvent } from '../journal/events.ts'
import type { InvocationOptions } from '../lambda/invocation.ts'
import { readManifest } from '../manifest/manifest.ts'
import { createBuilder } from '../reload/builder.ts'
import { createReload } from '../reload/reload.ts'
import { createBundleHost } from '../startup/create-bundle-host.ts'
import { RUNTIME_CLIENT } from './runtime-client.ts'
import type { createScratchProject } from './scratch-project.ts'

type ScratchProject = ReturnType<typeof createScratchProject>

export interface ReloadingOptions {
  /** Without it only the calls see a save. */
  readonly watched?: boolean
  /** Of environment. */
  readonly kind?: 'worker' | 'process'
}

/** Runs the scratch project's function as `npm start` does, until the test ends. */
export async function reloadingProject(
  project: ScratchProject,
  { watched = true, kind = 'worker' }: ReloadingOptions = {},
) {
  const { root } = project
  const built = await createBuilder(root).build()
  const { functions } = await readManifest(join(root, 'dist', 'manifest.json'))
  const [definition] = functions
  if (!definition) throw new Error('the scratch project has no function')
  const events: JournalEvent[] = []
  const settings: string[] = []
  const record = (event: JournalEvent) => void events.push(event)
  const [first] = built
  if (!first) throw new Error('nothing was built')
  const reload = createReload({ root, record, print: console.error })
  const host = reload.follow(
    first,
    createBundleHost({
      definition,
      taskRoot: first.bundle.taskRoot,
      environment:
        kind === 'process'
          ? { kind, runtimeClient: RUNTIME_CLIENT }
          : { kind, compileCacheDirectory: join(root, '.local', 'compile-cache') },
      strictConcurrency: false,
      variables: {},
      record,
      newId: () => randomUUID(),
    }),
  )
  const stopWatching = watched ? reload.watch((changed) => void settings.push(...changed)) : () => undefined
  onTestFinished(async () => {
    stopWatching()
    await host.stop()
  })
  const call = async (options: InvocationOptions = { source: 'http' }, payload = '{}') => {
    const result = await host.invoke(payload, options)
    return result.outcome === 'success' ? (JSON.parse(result.payload) as unknown) : result
  }
  return { ...project, host, definition, call, events, settings }
}

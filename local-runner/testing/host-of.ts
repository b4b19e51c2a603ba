import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { JournalEvent } from '../journal/events.ts'
import type { EnvironmentKind } from '../lambda/environments/start-environment.ts'
import type { FunctionHost } from '../lambda/function-host.ts'
import { manifestFunction } from '../manifest/function-definition.ts'
import { createBundleHost } from '../startup/create-bundle-host.ts'

export interface Hosted extends FunctionHost {
  readonly events: readonly JournalEvent[]
  /** The folder of its bundle. */
  readonly taskRoot: string
}

export interface HostOptions {
  /** Keys of function.json. */
  readonly definition?: Readonly<Record<string, unknown>>
  /** Files of the bundle, including index.cjs. */
  readonly files: Readonly<Record<string, string>>
  readonly environment: (taskRoot: string) => EnvironmentKind
  readonly strictConcurrency?: boolean
  /** The function's variables, in addition to OWN. */
  readonly variables?: Readonly<Record<string, string>>
  readonly onEvent?: (event: JournalEvent) => void
}

/** A host that runs these files until the test ends. */
export function hostFiles(options: HostOptions): Hosted {
  const { definition, files, environment, strictConcurrency = false, variables, onEvent } = options
  const taskRoot = mkdtempSync(join(tmpdir(), 'hosted-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(taskRoot, name), text)
  const events: JournalEvent[] = []
  const host = createBundleHost({
    definition: manifestFunction.parse({
      name: 'tried',
      port: 1,
      handler: 'index.handler',
      buildId: 'x',
      triggers: {},
      ...definition,
    }),
    taskRoot,
    environment: environment(taskRoot),
    strictConcurrency,
    variables: { OWN: 'mine', ...variables },
    record: (event) => {
      events.push(event)
      onEvent?.(event)
    },
    newId: () => randomUUID(),
  })
  onTestFinished(async () => {
    await host.stop()
    rmSync(taskRoot, { recursive: true, force: true })
  })
  return { ...host, events, taskRoot }
}

export const workerIn = (taskRoot: string): EnvironmentKind => ({
  kind: 'worker',
  compileCacheDirectory: join(taskRoot, 'cache'),
})

/** A host with real worker threads for the source of an index.cjs. */
export const hostOf = (source: string, definition: Readonly<Record<string, unknown>> = {}): Hosted =>
  hostFiles({ files: { 'index.cjs': source }, definition, environment: workerIn })

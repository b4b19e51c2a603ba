import { join, resolve } from 'node:path'
import type { StopList } from '../async/stop-list.ts'
import type { Config } from '../config/config.ts'
import { readManifest } from '../manifest/manifest.ts'
import type { Builder } from '../reload/builder.ts'
import { startStack } from '../servers/servers.ts'

export interface StartServersAndBuildDeps {
  readonly config: Config
  /** Absolute. */
  readonly projectDirectory: string
  readonly builder: Builder | undefined
  readonly stops: StopList
  readonly say: (line: string) => void
  readonly onDeath: (what: string) => void
}

/** The two slow things at once; when one fails the other is not waited for, but stopped with the rest. */
export async function startStackAndBuild(deps: StartServersAndBuildDeps) {
  const { config, projectDirectory, builder, stops, say, onDeath } = deps
  const starting = startStack({
    ...config,
    projectDirectory,
    artifactsDirectory: join(projectDirectory, '.local', 'artifacts'),
    dataDirectory: resolve(projectDirectory, config.dataDirectory),
    say,
    onDeath,
  })
  stops.add('stack', () =>
    starting.then(
      ({ stop }) => stop(),
      () => undefined,
    ),
  )
  const buildAndRead = async () => {
    const built = await builder?.build()
    return { built, manifest: await readManifest(join(projectDirectory, 'dist', 'manifest.json')) }
  }
  return await Promise.all([starting, buildAndRead()])
}

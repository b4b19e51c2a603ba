import { join, resolve } from 'node:path'
import type { StopList } from '../async/stop-list.ts'
import type { Config } from '../config/config.ts'
import { readManifest } from '../manifest/manifest.ts'
import type { Builder } from '../reload/builder.ts'
import { startServers } from '../servers/servers.ts'

export interface StartServersAndBuildDeps {
  readonly config: Config
  /** Absolute. */
  readonly projectDirectory: string
  readonly builder: Builder | undefined
  readonly stops: StopList
  readonly print: (line: string) => void
  readonly onDeath: (what: string) => void
}

/** Runs the two slow steps in parallel. When one fails the other is not awaited; it is stopped with everything else. */
export async function startServersAndBuild(deps: StartServersAndBuildDeps) {
  const { config, projectDirectory, builder, stops, print, onDeath } = deps
  const starting = startServers({
    ...config,
    projectDirectory,
    artifactsDirectory: join(projectDirectory, '.local', 'artifacts'),
    dataDirectory: resolve(projectDirectory, config.dataDirectory),
    print,
    onDeath,
  })
  stops.add('servers', () =>
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

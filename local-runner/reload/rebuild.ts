import { join } from 'node:path'
import type { Built, FunctionBuild } from '../../bundling/function-build.ts'
import { writeBundle } from '../../bundling/write-bundle.ts'
import type { Bundle } from '../lambda/function-host.ts'

/** Builds whose files stay, for environments that end late. */
const BUILDS_KEPT = 4

export type RebuildResult =
  | {
      readonly outcome: 'built'
      readonly bundle: Bundle
      /** Absolute paths. */
      readonly sources: readonly string[]
    }
  | { readonly outcome: 'failed'; readonly message: string }

export interface Rebuild {
  /** Never rejects. */
  readonly run: () => Promise<RebuildResult>
  readonly dispose: () => Promise<void>
}

/**
 * Builds a function after a save, as it is built for deployment. Every build gets a folder of its own, because an environment's
 * code does not change while it runs; as deep in the project as dist/<name>/, because the bundle's map has relative paths.
 * @param root absolute: the project
 * @param first what runs until a build differs
 */
export function createRebuild(
  root: string,
  { name, build, dispose }: FunctionBuild,
  { inManifest: { handler, buildId } }: Built,
): Rebuild {
  let builds = 0
  let bundle: Bundle = { taskRoot: join(root, 'dist', name), handler, buildId }

  async function write({ inManifest: { handler, buildId }, files }: Built): Promise<Bundle> {
    const taskRoot = join(root, '.local', `build-${name}-${builds++ % BUILDS_KEPT}`)
    await writeBundle(taskRoot, files)
    return { taskRoot, handler, buildId }
  }

  async function run(): Promise<RebuildResult> {
    try {
      const built = await build()
      if (built.inManifest.buildId !== bundle.buildId) bundle = await write(built)
      return { outcome: 'built', bundle, sources: built.sources }
    } catch (error) {
      return { outcome: 'failed', message: error instanceof Error ? error.message : String(error) }
    }
  }

  return { run, dispose }
}

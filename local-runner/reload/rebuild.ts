import type { Built, FunctionBuild } from '../../bundling/function-build.ts'
import { writeBundle } from '../../bundling/write-bundle.ts'
import type { Bundle } from '../lambda/function-host.ts'

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
 * Builds a function after a save, as it is built for deployment.
 * @param first what runs until a build differs
 * @param nextFolder absolute path of a folder for the files of a build
 */
export function createRebuild(
  { build, dispose }: FunctionBuild,
  first: Bundle,
  nextFolder: () => string,
): Rebuild {
  let bundle = first

  async function write({ inManifest: { handler, buildId }, files }: Built): Promise<Bundle> {
    const taskRoot = nextFolder()
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

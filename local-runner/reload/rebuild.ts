import type { Built, FunctionBuild } from '../../bundling/function-build.ts'
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
 * @param placeBuild writes the files of a build, and resolves to their folder
 */
export function createRebuild(
  { build, dispose }: FunctionBuild,
  first: Bundle,
  placeBuild: (built: Built) => Promise<string>,
): Rebuild {
  let bundle = first

  async function run(): Promise<RebuildResult> {
    try {
      const built = await build()
      const { handler, buildId } = built.inManifest
      if (buildId !== bundle.buildId) bundle = { taskRoot: await placeBuild(built), handler, buildId }
      return { outcome: 'built', bundle, sources: built.sources }
    } catch (error) {
      return { outcome: 'failed', message: error instanceof Error ? error.message : String(error) }
    }
  }

  return { run, dispose }
}

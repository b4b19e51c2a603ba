import { buildProject } from '../../bundling/build-project.ts'
import { createRebuild, type Rebuild } from './rebuild.ts'

export interface BuiltFunction {
  readonly name: string
  /** Absolute. */
  readonly sources: readonly string[]
  readonly buildId: string
  readonly rebuild: Rebuild
}

/** Builds bundles from the sources. A runner of prebuilt bundles has none. */
export interface Builder {
  /** Brings dist/ up to date. @throws an Error that says what every function's build says that failed */
  readonly build: () => Promise<readonly BuiltFunction[]>
}

/** @param root absolute: the project */
export const createBuilder = (root: string): Builder => ({
  build: async () =>
    (await buildProject(root)).map(({ functionBuild, built }) => ({
      name: functionBuild.name,
      sources: built.sources,
      buildId: built.inManifest.buildId,
      rebuild: createRebuild(root, functionBuild, built),
    })),
})

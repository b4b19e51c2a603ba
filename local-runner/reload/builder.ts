import { join } from 'node:path'
import { build } from '../../esbuild.config.mjs'
import { createDevelopmentBuild } from './development-build.ts'
import type { DevelopmentBuild } from './function-reload.ts'

export interface BuiltFunction {
  readonly name: string
  /** Absolute. */
  readonly sources: readonly string[]
}

/** Builds bundles from the sources. A runner of prebuilt bundles has none. */
export interface Builder {
  /** Brings dist/ up to date. */
  readonly build: () => Promise<readonly BuiltFunction[]>
  readonly createDevelopmentBuild: (functionName: string) => Promise<DevelopmentBuild>
}

/** @param root absolute: the project */
export const createBuilder = (root: string): Builder => ({
  build: async () =>
    (await build(root)).map(({ name, sources }) => ({
      name,
      sources: sources.map((path) => join(root, path)),
    })),
  createDevelopmentBuild: (functionName) => createDevelopmentBuild({ root, functionName }),
})

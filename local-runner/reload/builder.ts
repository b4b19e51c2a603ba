import { join } from 'node:path'
import {
  buildFunction,
  buildProject,
  type BuiltFunction as ProjectFunction,
  writeBuilt,
} from '../../bundling/build-project.ts'
import { type Project, readProject } from '../../bundling/read-project.ts'
import { type ManifestParts, writeManifest } from '../../bundling/write-manifest.ts'
import type { Bundle } from '../lambda/function-host.ts'
import { createBuildFolders } from './build-folders.ts'
import { createRebuild, type Rebuild } from './rebuild.ts'

export interface BuiltFunction {
  readonly name: string
  readonly bundle: Bundle
  /** Absolute. */
  readonly sources: readonly string[]
  /** When the build started. */
  readonly builtAtEpochMs: number
  readonly rebuild: Rebuild
}

/** Builds bundles from the sources. A runner of prebuilt bundles has none. */
export interface Builder {
  /** Brings dist/ up to date. @throws an Error that says what every function's build says that failed */
  readonly build: () => Promise<readonly BuiltFunction[]>
  /** Builds one function, also one that came later; leaves the files of those that run. @throws an Error with what its build says */
  readonly buildFunction: (name: string) => Promise<BuiltFunction>
  /** What function.json and the like say now. @throws an Error that names a file that cannot be read */
  readonly readProject: () => Promise<Project>
  /** Writes dist/manifest.json. */
  readonly writeManifest: (parts: ManifestParts) => Promise<void>
}

/** @param root absolute: the project */
export function createBuilder(root: string): Builder {
  /** Of each function in dist/. */
  const buildIds = new Map<string, string>()
  const placeBuild = createBuildFolders(root)

  function toBuilt({ functionBuild, built }: ProjectFunction, taskRoot: string, builtAtEpochMs: number) {
    const { name, handler, buildId } = built.inManifest
    const bundle: Bundle = { taskRoot, handler, buildId }
    const rebuild = createRebuild(functionBuild, bundle, placeBuild)
    return { name, bundle, sources: built.sources, builtAtEpochMs, rebuild }
  }

  const inDist = (name: string) => join(root, 'dist', name)

  return {
    build: async () => {
      const startedAt = Date.now()
      const functions = await buildProject(root)
      return functions.map((one) => {
        const { name, buildId } = one.built.inManifest
        buildIds.set(name, buildId)
        return toBuilt(one, inDist(name), startedAt)
      })
    },
    buildFunction: async (name) => {
      const startedAt = Date.now()
      const one = await buildFunction(root, name)
      const { built } = one
      const { buildId } = built.inManifest
      if (!buildIds.has(name)) {
        await writeBuilt(root, built)
        buildIds.set(name, buildId)
      }
      if (buildIds.get(name) === buildId) return toBuilt(one, inDist(name), startedAt)
      return toBuilt(one, await placeBuild(built), startedAt)
    },
    readProject: () => readProject(root),
    writeManifest: (parts) => writeManifest(root, parts),
  }
}

import { createHash } from 'node:crypto'
import { join, relative } from 'node:path'
import { formatMessages } from 'esbuild'
import { parseBuildSettings } from '../local-runner/manifest/build-settings.ts'
import { describeBuildFailure } from './build-failure.ts'
import type { BundleFile } from './bundle-file.ts'
import { createBundler } from './bundler.ts'
import { checkRoutes } from './check-routes.ts'
import { checkSize } from './check-size.ts'
import { createPackageReader } from './external-packages.ts'
import { ownSources } from './own-sources.ts'
import { type FunctionJson, readFunction } from './read-function.ts'

export interface Built {
  /** Its part of dist/manifest.json. */
  readonly inManifest: FunctionJson & {
    readonly name: string
    readonly handler: string
    readonly buildId: string
  }
  /** Absolute paths of what it was built from, less packages. */
  readonly sources: readonly string[]
  readonly files: readonly BundleFile[]
}

/** The build of one function, which is faster from the second time on. */
export interface FunctionBuild {
  readonly name: string
  /**
   * Builds from the files as they are now; writes nothing. From the second time on, the function.json of the first time counts as
   * well: the runner takes up a new one apart from the code, and a broken one must not stop the function that runs.
   * @throws an Error whose message is for the author of the code
   */
  readonly build: () => Promise<Built>
  readonly dispose: () => Promise<void>
}

/** Of all files: a map that changes alone gives other line numbers. */
function hashOf(files: readonly BundleFile[]): string {
  const hash = createHash('sha256')
  for (const { name, contents } of files) hash.update(`${name} ${contents.length}\n`).update(contents)
  return hash.digest('hex').slice(0, 12)
}

/** @param root absolute: the project */
export async function createFunctionBuild(root: string, name: string): Promise<FunctionBuild> {
  const readPackages = createPackageReader()
  const bundler = createBundler(root, name)
  let first: FunctionJson | undefined

  async function readSettings() {
    try {
      return parseBuildSettings(name, (await readFunction(root, name)).build)
    } catch (error) {
      if (first === undefined) throw error
      return parseBuildSettings(name, first.build)
    }
  }

  /** The function.json that fits these sources. */
  async function readFitting(sources: readonly string[]): Promise<FunctionJson> {
    const check = ({ triggers }: FunctionJson) =>
      checkRoutes({ root, name, declared: triggers?.http ?? [], sources })
    try {
      const json = await readFunction(root, name)
      check(json)
      return json
    } catch (error) {
      if (first === undefined) throw error
      try {
        check(first)
      } catch {
        throw error
      }
      return first
    }
  }

  async function build(): Promise<Built> {
    const settings = await readSettings()
    const packages = readPackages(root, name, settings.external)
    const { metafile, outputFiles, warnings } = await bundler.bundle(settings)
    if (warnings.length > 0) console.warn((await formatMessages(warnings, { kind: 'warning' })).join(''))
    const sources = ownSources(name, metafile)
    const json = await readFitting(sources)
    first ??= json
    const folder = join(root, 'dist', name)
    const files = [
      ...outputFiles.map(({ path, contents }) => ({ name: relative(folder, path), contents })),
      ...packages,
    ]
    checkSize(name, files)
    return {
      inManifest: { ...json, name, handler: 'index.handler', buildId: hashOf(files) },
      sources: sources.map((path) => join(root, path)),
      files,
    }
  }

  return {
    name,
    build: () =>
      build().catch(async (cause: unknown) => {
        throw new Error(await describeBuildFailure(cause), { cause })
      }),
    dispose: bundler.dispose,
  }
}

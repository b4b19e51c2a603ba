import { createHash } from 'node:crypto'
import { join, relative } from 'node:path'
import { context, formatMessages } from 'esbuild'
import { describeBuildFailure } from './build-failure.ts'
import { bundleOptions } from './bundle-options.ts'
import { checkRoutes } from './check-routes.ts'
import { ownSources } from './own-sources.ts'
import { type FunctionJson, readFunction } from './read-function.ts'

/** A file of a bundle. */
export interface BundleFile {
  /** Path from the bundle's folder. */
  readonly name: string
  readonly contents: Uint8Array
}

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
  /** Builds from the files as they are now; writes nothing. @throws an Error whose message is for the author of the code */
  readonly build: () => Promise<Built>
  readonly dispose: () => Promise<void>
}

/** Of all files: a map that changes alone gives other line numbers. */
function hashOf(files: readonly BundleFile[]): string {
  const hash = createHash('sha256')
  for (const { contents } of files) hash.update(contents)
  return hash.digest('hex').slice(0, 12)
}

/** @param root absolute: the project */
export async function createFunctionBuild(root: string, name: string): Promise<FunctionBuild> {
  const builder = await context(bundleOptions(root, name))

  async function build(): Promise<Built> {
    const json = await readFunction(root, name)
    const { metafile, outputFiles, warnings } = await builder.rebuild()
    if (warnings.length > 0) console.warn((await formatMessages(warnings, { kind: 'warning' })).join(''))
    const sources = ownSources(name, metafile)
    checkRoutes({ root, name, declared: json.triggers?.http ?? [], sources })
    const folder = join(root, 'dist', name)
    const files = outputFiles.map(({ path, contents }) => ({ name: relative(folder, path), contents }))
    return {
      inManifest: { ...json, name, handler: 'index.handler', buildId: hashOf(files) },
      sources: [`functions/${name}/function.json`, ...sources].map((path) => join(root, path)),
      files,
    }
  }

  return {
    name,
    build: () =>
      build().catch(async (cause: unknown) => {
        throw new Error(await describeBuildFailure(cause), { cause })
      }),
    dispose: () => builder.dispose(),
  }
}

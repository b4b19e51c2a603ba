import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { type BuildFailure, context, formatMessages, type Metafile } from 'esbuild'
import { bundleOptions, ownSources } from '../../esbuild.config.mjs'
import type { DevelopmentBuild } from './function-reload.ts'

/** Builds whose code stays on disk, for the stack traces of environments that end late. */
const BUILDS_KEPT = 4

export interface DevelopmentBuildDeps {
  /** Absolute: the project. */
  readonly root: string
  readonly functionName: string
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error

async function describe(error: unknown): Promise<string> {
  if (!isBuildFailure(error)) return error instanceof Error ? error.message : String(error)
  return (await formatMessages(error.errors, { kind: 'error' })).join('').trim()
}

/** A module that imports the bundle's external packages. One that fails must not prevent the others. */
function toDependencies({ inputs }: Metafile): string {
  const imports = Object.values(inputs).flatMap(({ imports }) => imports)
  const calls = imports
    .filter(({ external, kind, path }) => external && kind === 'import-statement' && !isBuiltin(path))
    .map(({ path, with: attributes }) => {
      const options = attributes === undefined ? '' : `, { with: ${JSON.stringify(attributes)} }`
      return `  import(${JSON.stringify(path)}${options}),\n`
    })
  return `await Promise.allSettled([\n${[...new Set(calls)].join('')}])\n`
}

/**
 * Builds a function for the next call after a save: only the project's code, as one module. Packages stay external, so that a
 * spare environment can load them ahead.
 */
export async function createDevelopmentBuild({
  root,
  functionName,
}: DevelopmentBuildDeps): Promise<DevelopmentBuild> {
  const directory = join(root, '.local', 'dev', functionName)
  const dependencies = join(directory, 'dependencies.mjs')
  const builder = await context({
    ...bundleOptions(root, functionName),
    outfile: 'index.mjs',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  })
  let builds = 0

  async function rebuild() {
    const { metafile, outputFiles } = await builder.rebuild()
    const sources = ownSources(functionName, metafile).map((path) => join(root, path))
    const taskRoot = join(directory, String(builds++ % BUILDS_KEPT))
    await mkdir(taskRoot, { recursive: true })
    const hash = createHash('sha256')
    for (const { path, contents } of outputFiles) {
      hash.update(contents)
      await writeFile(join(taskRoot, path.endsWith('.map') ? 'index.mjs.map' : 'index.mjs'), contents)
    }
    await writeFile(dependencies, toDependencies(metafile))
    const buildId = `dev-${hash.digest('hex').slice(0, 8)}`
    return {
      outcome: 'built' as const,
      bundle: { taskRoot, handler: 'index.handler', buildId },
      sources,
      dependencies,
    }
  }

  return {
    rebuild: () =>
      rebuild().catch(async (error: unknown) => ({ outcome: 'failed', message: await describe(error) })),
    dispose: () => builder.dispose(),
  }
}

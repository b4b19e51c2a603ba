import { join } from 'node:path'
import { type Built, createFunctionBuild, type FunctionBuild } from './function-build.ts'
import { foreignNativeCode } from './native-code.ts'
import { readJson } from './read-json.ts'
import { functionNames, readTopics } from './read-project.ts'
import { writeBundle, writeZip } from './write-bundle.ts'
import { writeManifest } from './write-manifest.ts'

/** @throws an Error with what every function's build says that failed, each text once */
async function buildAll(builds: readonly FunctionBuild[]): Promise<readonly Built[]> {
  const results = await Promise.allSettled(builds.map(({ build }) => build()))
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []))
  if (reasons.length > 0) {
    const texts = new Set(reasons.map(({ message }) => message))
    throw new Error(`The build failed.\n\n${[...texts].join('\n\n')}`)
  }
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/** Into dist/. */
export async function writeBuilt(root: string, { inManifest: { name }, files }: Built): Promise<void> {
  await writeBundle(join(root, 'dist', name), files)
  await writeZip(join(root, 'dist', `${name}.zip`), files)
}

export interface BuiltFunction {
  /** To build it again, until it is disposed. */
  readonly functionBuild: FunctionBuild
  readonly built: Built
}

/**
 * Builds every functions/<name>/ into dist/<name>/ and dist/<name>.zip, and writes dist/manifest.json last, so a manifest in
 * place means that its bundles are too.
 * @param root absolute: the project
 */
export async function buildProject(root: string): Promise<readonly BuiltFunction[]> {
  const names = await functionNames(root)
  const builds = await Promise.all(names.map((name) => createFunctionBuild(root, name)))
  try {
    const built = await buildAll(builds)
    const topics = await readTopics(root, names)
    const api = await readJson(root, 'functions/api.json')
    for (const one of built) {
      await writeBuilt(root, one)
      const warning = foreignNativeCode(one.inManifest.name, one.files)
      if (warning !== undefined) console.warn(warning)
    }
    await writeManifest(root, { functions: built.map(({ inManifest }) => inManifest), topics, api })
    return builds.flatMap((functionBuild, index) => {
      const one = built[index]
      return one ? [{ functionBuild, built: one }] : []
    })
  } catch (error) {
    await Promise.all(builds.map(({ dispose }) => dispose()))
    throw error
  }
}

/** Builds one function, strictly, apart from the others. */
export async function buildFunction(root: string, name: string): Promise<BuiltFunction> {
  const functionBuild = await createFunctionBuild(root, name)
  try {
    return { functionBuild, built: await functionBuild.build() }
  } catch (error) {
    await functionBuild.dispose()
    throw error
  }
}

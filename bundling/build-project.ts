import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Built, createFunctionBuild, type FunctionBuild } from './function-build.ts'
import { readJson, readJsonIfThere } from './read-json.ts'
import { writeBundle, writeZip } from './write-bundle.ts'

async function functionNames(root: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, 'functions'), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** The topics of functions/topics.json and of each function's own topics.json. */
async function readTopics(root: string, names: readonly string[]): Promise<readonly unknown[]> {
  const shared = await readJson(join(root, 'functions', 'topics.json'))
  const own = names.map((name) => readJsonIfThere(join(root, 'functions', name, 'topics.json')))
  return [shared, ...(await Promise.all(own))].flatMap((topics) => topics ?? [])
}

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
    const api = await readJson(join(root, 'functions', 'api.json'))
    const dist = join(root, 'dist')
    await mkdir(dist, { recursive: true })
    for (const { inManifest, files } of built) {
      await writeBundle(join(dist, inManifest.name), files)
      await writeZip(join(dist, `${inManifest.name}.zip`), files)
    }
    const functions = built.map(({ inManifest }) => inManifest)
    await writeFile(join(dist, 'manifest.json'), `${JSON.stringify({ functions, topics, api }, null, 2)}\n`)
    return builds.flatMap((functionBuild, index) => {
      const one = built[index]
      return one ? [{ functionBuild, built: one }] : []
    })
  } catch (error) {
    await Promise.all(builds.map(({ dispose }) => dispose()))
    throw error
  }
}

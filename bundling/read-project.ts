import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FunctionJson, readFunction } from './read-function.ts'
import { readJson, readJsonIfThere } from './read-json.ts'

/** What the folders of a project say, not checked. */
export interface Project {
  readonly functions: readonly (FunctionJson & { readonly name: string })[]
  /** Of functions/topics.json and of each function's own topics.json. */
  readonly topics: readonly unknown[]
  readonly api: unknown
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

export async function functionNames(root: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, 'functions'), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

export async function readTopics(root: string, names: readonly string[]): Promise<readonly unknown[]> {
  const files = names.map((name) => `functions/${name}/topics.json`)
  const shared = await readJson(root, 'functions/topics.json')
  return [shared, ...(await Promise.all(files.map((file) => readJsonIfThere(root, file))))].flatMap(
    (topics) => topics ?? [],
  )
}

/** A folder without function.json, which may be about to come, is passed over. @throws an Error that names a file that cannot be read */
export async function readProject(root: string): Promise<Project> {
  const folders = await functionNames(root)
  const areFunctions = await Promise.all(
    folders.map((name) => exists(join(root, 'functions', name, 'function.json'))),
  )
  const names = folders.filter((_, index) => areFunctions[index])
  const functions = await Promise.all(
    names.map(async (name) => ({ ...(await readFunction(root, name)), name })),
  )
  return { functions, topics: await readTopics(root, names), api: await readJson(root, 'functions/api.json') }
}

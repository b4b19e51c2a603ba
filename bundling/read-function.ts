import { readJson, readJsonIfThere } from './read-json.ts'

/** A function.json as it is, not checked; the runner checks it when it reads the manifest. */
export interface FunctionJson {
  readonly name?: unknown
  readonly build?: unknown
  readonly triggers?: { readonly http?: readonly string[] }
}

/** A function's function.json, and its seed.json as `seed`. @throws when its name is not that of its folder */
export async function readFunction(root: string, name: string): Promise<FunctionJson> {
  const folder = `functions/${name}`
  const { $schema: _schema, ...json } = (await readJson(root, `${folder}/function.json`)) as FunctionJson & {
    readonly $schema?: unknown
  }
  if (json.name !== name) {
    throw new Error(
      `functions/${name}/function.json says "name": ${JSON.stringify(json.name)}; it must be "${name}".`,
    )
  }
  const seed = await readJsonIfThere(root, `${folder}/seed.json`)
  return { ...json, ...(seed !== undefined && { seed }) }
}

import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as z from 'zod'
import { functionDefinition } from './function-definition.ts'

export type WrittenDefinition = z.output<typeof functionDefinition>

/** Every functions/<name>/function.json, by name. Needs no build. @throws Error that names the file that breaks a rule. */
export async function readDefinitions(root: string): Promise<readonly WrittenDefinition[]> {
  const definitions: WrittenDefinition[] = []
  for await (const file of glob('functions/*/function.json', { cwd: root })) {
    definitions.push(await readDefinition(root, file))
  }
  return definitions.sort((one, other) => (one.name < other.name ? -1 : 1))
}

async function readDefinition(root: string, file: string): Promise<WrittenDefinition> {
  try {
    return functionDefinition.parse(JSON.parse(await readFile(join(root, file), 'utf8')))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`${file} cannot be read: ${why} Fix the file, then run this again.`, { cause: error })
  }
}

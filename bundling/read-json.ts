import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** @param file path from `root`, for the error @throws an Error that names the file */
export async function readJson(root: string, file: string): Promise<unknown> {
  const text = await readFile(join(root, file), 'utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

export const readJsonIfThere = (root: string, file: string): Promise<unknown> =>
  readJson(root, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

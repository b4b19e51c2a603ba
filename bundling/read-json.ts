import { readFile } from 'node:fs/promises'

export async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'))
}

export const readJsonIfThere = (path: string): Promise<unknown> =>
  readJson(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resolveConfig } from 'prettier'
import { currentCompose } from '../../startup/compose-lambda.ts'
import { functionFiles } from './function-files.ts'
import type { NewFunction } from './new-arguments.ts'
import { nextPort, readProject, requireFits } from './project.ts'

export interface WrittenFunction {
  readonly port: number
  /** Names in the function's folder. */
  readonly files: readonly string[]
}

/** Writes functions/<name> as a whole or not at all, and its service in docker-compose.yml. @throws Error that says what to do */
export async function writeFunction(root: string, wanted: NewFunction): Promise<WrittenFunction> {
  const project = await readProject(root)
  requireFits(wanted, project)
  const port = nextPort(project)
  const files = await functionFiles(wanted, port, (await resolveConfig(join(root, 'package.json'))) ?? {})
  const target = join(root, 'functions', wanted.name)
  await mkdir(join(root, '.local'), { recursive: true })
  // Written aside and moved as a whole, so that a watching runner or a stop midway meets no half of a function.
  const draft = join(root, '.local', `new-${wanted.name}-${process.pid}`)
  await mkdir(draft)
  try {
    for (const [file, text] of files) await writeFile(join(draft, file), text)
    await rename(draft, target)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  try {
    await writeFile(join(root, 'docker-compose.yml'), await currentCompose(root))
  } catch (error) {
    await rm(target, { recursive: true })
    throw error
  }
  return { port, files: [...files.keys()].sort() }
}

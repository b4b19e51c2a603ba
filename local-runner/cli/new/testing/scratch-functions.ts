import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export const projectRoot = join(import.meta.dirname, '..', '..', '..', '..')

/** A copy of what `npm run new` reads of the project. Gives its root. */
export function createScratchFunctions(): string {
  const root = mkdtempSync(join(tmpdir(), 'new-function-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const files = globSync('functions/{*/function.json,topics.json}', { cwd: projectRoot })
  for (const file of [...files, '.prettierrc', 'docker-compose.yml']) {
    cpSync(join(projectRoot, file), join(root, file), { recursive: true })
  }
  return root
}

import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

const FUNCTION = { name: 'tried', port: 1, timeout: 10, triggers: {} }

/** A project with one function, whose value is three imports deep; its files can be changed. */
export function createScratchProject() {
  const root = mkdtempSync(join(tmpdir(), 'scratch-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const pathOf = (name: string) => join(root, name)
  const save = (name: string, text: string) => {
    mkdirSync(dirname(pathOf(name)), { recursive: true })
    writeFileSync(pathOf(name), text)
  }
  /** As many editors do: writes a new file, then renames it. */
  const saveByRename = (name: string, text: string) => {
    save(`${name}.new`, text)
    renameSync(pathOf(`${name}.new`), pathOf(name))
  }
  save('functions/tried/function.json', JSON.stringify(FUNCTION))
  save('functions/topics.json', '[]')
  save('functions/api.json', '{"stage":"$default"}')
  save(
    'functions/tried/handler.ts',
    "import { a } from './a.ts'\nexport const handler = async (event) => a(event)\n",
  )
  save('functions/tried/a.ts', "import { b } from './b.ts'\nexport const a = (event) => b(event)\n")
  save(
    'functions/tried/b.ts',
    "import { value } from '../../shared/value.ts'\nexport const b = (_event) => value\n",
  )
  save('shared/value.ts', 'export const value = 0\n')
  return { root, save, saveByRename }
}

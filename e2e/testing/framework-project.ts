import { randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createJournal } from '../../local-runner/journal/journal.ts'
import { startReloadingFunction } from './reloading-function.ts'

const PROJECT = join(import.meta.dirname, '../..')
const FUNCTIONS = join(PROJECT, 'e2e/frameworks/functions')

/** A project with one function of e2e/frameworks/, running; its files can be changed. Ends with the test. */
export async function startFrameworkFunction(functionName: string, environment: 'worker' | 'process') {
  // Inside the project, so that Node finds the packages.
  const root = join(PROJECT, '.local/frameworks', randomUUID())
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const name of [functionName, 'topics.json', 'api.json']) {
    cpSync(join(FUNCTIONS, name), join(root, 'functions', name), { recursive: true })
  }
  mkdirSync(join(root, 'shared'))
  symlinkSync(join(PROJECT, 'local-runner'), join(root, 'local-runner'))
  const journal = createJournal({ capacity: 100, now: () => Date.now() })
  const { port, stop } = await startReloadingFunction({
    root,
    functionName,
    environment,
    variables: {},
    journal,
  })
  onTestFinished(stop)
  return {
    root,
    url: `http://127.0.0.1:${port}`,
    /** Puts `welcome` in the place of `hello` in a file of the function. */
    save: (name: string) => {
      const path = join(root, 'functions', functionName, name)
      writeFileSync(path, readFileSync(path, 'utf8').replace('hello', 'welcome'))
    },
  }
}

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { build } from '../../esbuild.config.mjs'
import { type ImportForm, importForms } from '../testing/import-forms.ts'
import { packagesToImport } from '../testing/packages-to-import.ts'
import { reloadingProject } from '../testing/reloading-project.ts'
import { missingRuntimeClient } from '../testing/runtime-client.ts'
import { createScratchProject } from '../testing/scratch-project.ts'

const run = promisify(execFile)

type Project = ReturnType<typeof createScratchProject>
type Kind = 'worker' | 'process'
type Outcome = { readonly answer: unknown } | { readonly error: string }

/** A way from the sources of a function to its answer. */
type Way = (project: Project, write: () => void) => Promise<Outcome>

const CALL =
  'Promise.resolve().then(() => require("./dist/tried/index.cjs").handler({})).then((answer) => ({ answer }), ({ message }) => ({ error: message })).then((outcome) => console.log(JSON.stringify(outcome)))'

const plainNode: Way = async ({ root }, write) => {
  write()
  await build(root)
  const env = { LAMBDA_TASK_ROOT: join(root, 'dist', 'tried') }
  const { stdout } = await run(process.execPath, ['--eval', CALL], { cwd: root, env })
  return JSON.parse(stdout) as Outcome
}

async function callIn(project: Project, kind: Kind, write: () => void): Promise<Outcome> {
  const { host } = await reloadingProject(project, { watched: false, kind })
  write()
  const result = await host.invoke('{}', { source: 'http' })
  if (result.outcome === 'success') return { answer: JSON.parse(result.payload) }
  if (result.outcome === 'throttled') throw new Error(result.reason)
  return { error: result.buildFailure ?? result.error.errorMessage }
}

const atFirstStart =
  (kind: Kind): Way =>
  async (project, write) => {
    write()
    return callIn(project, kind, () => undefined)
  }
const afterSave =
  (kind: Kind): Way =>
  (project, write) =>
    callIn(project, kind, write)

const ways: Readonly<Record<string, Way>> = {
  'from dist/ in plain Node': plainNode,
  'at the first start, worker': atFirstStart('worker'),
  'after a save, worker': afterSave('worker'),
  // CI has AWS's client; the contract test of the environments fails there without it.
  ...(missingRuntimeClient === undefined && {
    'at the first start, process': atFirstStart('process'),
    'after a save, process': afterSave('process'),
  }),
}

async function outcomeOf(way: Way, { handler, files = {} }: ImportForm): Promise<Outcome> {
  const project = createScratchProject()
  for (const [name, text] of Object.entries(packagesToImport)) project.save(name, text)
  const write = () => {
    for (const [name, text] of Object.entries({ ...files, 'functions/tried/handler.ts': handler })) {
      project.save(name, text)
    }
  }
  // A build that fails stops the start and `npm run build`.
  return await way(project, write).catch((error: unknown) => ({ error: String(error) }))
}

describe.each(Object.entries(ways))('%s', (_, way) => {
  test.each(importForms)('import form: $form', async (form) => {
    const outcome = await outcomeOf(way, form)
    const { gives } = form
    expect(outcome).toEqual(
      'error' in gives ? { error: expect.stringContaining(gives.error) as unknown } : gives,
    )
  })
})

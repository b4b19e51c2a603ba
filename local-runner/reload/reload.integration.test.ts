import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { build } from '../../esbuild.config.mjs'
import { readManifest } from '../manifest/manifest.ts'
import { eventsNamed } from '../testing/events-named.ts'
import { reloadingProject } from '../testing/reloading-project.ts'
import { missingRuntimeClient } from '../testing/runtime-client.ts'
import { createScratchProject } from '../testing/scratch-project.ts'

const value = (text: string) => `export const value = ${text}\n`

const callsAtOnce = (call: () => Promise<unknown>, count: number) =>
  Promise.all(Array.from({ length: count }, () => call()))

test(
  'a save three imports deep, then calls at once: 1,000 of 1,000 are answered by the new build, over 100 saves',
  { timeout: 120_000 },
  async () => {
    const { save, saveByRename, call } = await reloadingProject(createScratchProject())
    for (let n = 1; n <= 100; n++) {
      const write = n % 2 === 0 ? save : saveByRename
      write('shared/value.ts', value(String(n)))
      expect(await callsAtOnce(call, 10)).toEqual(Array.from({ length: 10 }, () => n))
    }
  },
)

test('calls notice a save without a file watch too', { timeout: 60_000 }, async () => {
  const { save, saveByRename, call } = await reloadingProject(createScratchProject(), { watched: false })
  for (let n = 1; n <= 20; n++) {
    const write = n % 2 === 0 ? save : saveByRename
    write('shared/value.ts', value(String(n)))
    expect(await call()).toBe(n)
  }
})

test('what was saved while the first build ran is not missed', async () => {
  const project = createScratchProject()
  const building = reloadingProject(project, { watched: false })
  project.save('shared/value.ts', value("'saved meanwhile'"))
  expect(await (await building).call()).toBe('saved meanwhile')
})

test('a call in flight ends in the build it started in', async () => {
  const project = createScratchProject()
  project.save(
    'functions/tried/b.ts',
    [
      "import { value } from '../../shared/value.ts'",
      'export const b = async (event) => {',
      '  if (event.slow) { console.log("begun"); await new Promise((done) => setTimeout(done, 1500)) }',
      '  return value',
      '}',
    ].join('\n'),
  )
  const { save, call, events } = await reloadingProject(project)
  const slow = call({ source: 'http' }, '{"slow":true}')
  await expect.poll(() => eventsNamed(events, 'log').some(({ line }) => line.endsWith('begun'))).toBe(true)
  save('shared/value.ts', value('1'))
  expect(await call()).toBe(1)
  expect(await slow).toBe(0)
})

test('a compile error is shown without a call, answers every call, and is gone when the code is fixed', async () => {
  const { save, call, events, host } = await reloadingProject(createScratchProject())
  expect(await call()).toBe(0)
  save('shared/value.ts', 'export const value = (')
  await expect.poll(() => eventsNamed(events, 'build.failed')[0]?.message).toContain('shared/value.ts:1:22')
  expect(await call()).toEqual({
    outcome: 'function-error',
    error: {
      errorType: 'Runtime.UserCodeSyntaxError',
      errorMessage: expect.stringContaining('The build failed: ') as unknown,
      trace: [],
    },
    buildFailure: expect.stringMatching(
      /^The build failed\.\n\n.*\n\n {4}shared\/value\.ts:1:22:\n {6}1 │ export const value = \(\n/,
    ) as unknown,
  })
  expect(host.initFailure()).toContain('shared/value.ts')
  // A batch, a schedule and an event wait: they count no attempt while somebody is typing.
  for (const source of ['kafka', 'schedule', 'asynchronous'] as const) {
    expect(await call({ source })).toEqual({ outcome: 'throttled', reason: 'The build failed.' })
  }
  save('shared/value.ts', value('2'))
  expect(await call()).toBe(2)
  expect(host.initFailure()).toBeUndefined()
})

test('a missing import is answered as AWS answers it, and a file that appears fixes it', async () => {
  const { save, call } = await reloadingProject(createScratchProject(), { watched: false })
  save('functions/tried/b.ts', "export { value as b } from '../../shared/deeper/not-yet.ts'\n")
  expect(await call()).toMatchObject({ error: { errorType: 'Runtime.ImportModuleError' } })
  save('shared/deeper/not-yet.ts', 'export const value = () => 3\n')
  expect(await call()).toBe(3)
})

test('a save that reaches into another function is refused as by the build', async () => {
  const { save, call } = await reloadingProject(createScratchProject())
  save('functions/other/secret.ts', value('4'))
  save('functions/tried/b.ts', "import { value } from '../other/secret.ts'\nexport const b = () => value\n")
  expect(await call()).toMatchObject({
    error: { errorMessage: expect.stringContaining('reaches into functions/other/secret.ts') as unknown },
  })
})

test('a save that the next start would refuse is refused: a route that function.json does not declare', async () => {
  const { save, call } = await reloadingProject(createScratchProject(), { watched: false })
  save(
    'functions/tried/a.ts',
    "const routes = {\n  'GET /a': 5,\n}\nexport const a = () => routes['GET /a']\n",
  )
  expect(await call()).toMatchObject({
    buildFailure: expect.stringContaining(
      'a.ts serves "GET /a", which functions/tried/function.json',
    ) as unknown,
  })
  const declared = { name: 'tried', port: 1, triggers: { http: ['GET /a'] } }
  save('functions/tried/function.json', JSON.stringify(declared))
  expect(await call()).toBe(5)
})

test('what runs after a save is what `npm run build` makes of it, byte for byte, under the same build id', async () => {
  const { root, save, call, events } = await reloadingProject(createScratchProject())
  save(
    'functions/tried/a.ts',
    "export const a = () => { console.log('there'); return process.env.LAMBDA_TASK_ROOT }\n",
  )
  const taskRoot = z.string().parse(await call())
  await build(root)
  const filesIn = (folder: string) =>
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])
  expect(filesIn(taskRoot)).toEqual(filesIn(join(root, 'dist', 'tried')))
  const { functions } = await readManifest(join(root, 'dist', 'manifest.json'))
  const lines = events.flatMap((event) =>
    'traceId' in event || (event.name === 'log' && event.requestId !== undefined) ? [event] : [],
  )
  expect(lines.map(({ name, buildId }) => [name, buildId])).toEqual(
    ['invocation.started', 'log', 'invocation.finished'].map((name) => [name, functions[0]?.buildId]),
  )
})

test.each(missingRuntimeClient === undefined ? (['worker', 'process'] as const) : (['worker'] as const))(
  'the trace of an error after a save names the source and its line, also when only lines have moved: %s',
  async (kind) => {
    const { root, save, call } = await reloadingProject(createScratchProject(), { kind })
    const thrown = "export const b = () => {\n  throw new Error('here')\n}\n"
    for (const [above, line] of [
      ['', 2],
      ['// A line more.\n', 3],
    ] as const) {
      save('functions/tried/b.ts', above + thrown)
      const { error } = z.object({ error: z.object({ trace: z.array(z.string()) }) }).parse(await call())
      expect(error.trace.join('\n')).toContain(`${join(root, 'functions/tried/b.ts')}:${line}:9`)
    }
  },
)

test('a save that changes nothing keeps the environment', async () => {
  const { save, call } = await reloadingProject(createScratchProject())
  save('functions/tried/a.ts', 'let calls = 0\nexport const a = () => ++calls\n')
  expect(await call()).toBe(1)
  save('functions/tried/a.ts', 'let calls = 0\nexport const a = () => ++calls\n')
  expect(await call()).toBe(2)
})

test('a spare thread waits for every save, the first one too', async () => {
  const { host, events } = await reloadingProject(createScratchProject())
  await host.warm()
  await expect.poll(() => events.some(({ name }) => name === 'spare.ready')).toBe(true)
})

test('settings that change are named, and the function goes on, whatever they say', async () => {
  const { save, call, settings } = await reloadingProject(createScratchProject())
  save('functions/tried/function.json', '{ broken')
  await expect.poll(() => settings).toContain(join('functions', 'tried', 'function.json'))
  expect(await call()).toBe(0)
  save('shared/value.ts', value('1'))
  expect(await call()).toBe(1)
  save('functions/new/handler.ts', '')
  await expect.poll(() => settings).toContain(join('functions', 'new'))
  save('.env.tried', 'A=1')
  await expect.poll(() => settings).toContain('.env.tried')
})

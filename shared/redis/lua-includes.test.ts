import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import release from '../orders/stock-release.lua'
import { luaForEsbuild } from './lua-includes.mjs'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lua-includes-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** Bundles `main.lua` of the given files. */
async function bundle(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return build({
    absWorkingDir: directory,
    entryPoints: ['main.lua'],
    bundle: true,
    format: 'esm',
    logLevel: 'silent',
    metafile: true,
    plugins: [luaForEsbuild()],
    write: false,
  })
}

const textOf = async ({ outputFiles }: Awaited<ReturnType<typeof bundle>>): Promise<unknown> => {
  const url = `data:text/javascript,${encodeURIComponent(outputFiles?.[0]?.text ?? '')}`
  return ((await import(/* @vite-ignore */ url)) as { default: unknown }).default
}

test('an included file stands where its directive was, once, and counts as a source', async () => {
  const built = await bundle({
    'main.lua': '#!lua\n-- Adds.\n-- @include "a.lua"\n-- @include "b.lua"\nreturn a + b\n',
    'a.lua': 'local a = 1\n',
    'b.lua': '-- @include "a.lua"\nlocal b = 2\n',
  })
  expect(await textOf(built)).toBe('#!lua\n-- Adds.\nlocal a = 1\n\nlocal b = 2\nreturn a + b\n')
  expect(Object.keys(built.metafile.inputs).sort()).toEqual(['a.lua', 'b.lua', 'main.lua'])
})

test('a missing include fails the build, and the error names both files', async () => {
  await expect(bundle({ 'main.lua': '#!lua\n-- @include "gone.lua"\n' })).rejects.toThrow(
    /main\.lua includes "gone\.lua", which is not there/,
  )
})

test('the tests run scripts with their includes', () => {
  expect(release).toMatch(/^#!lua\n/)
  expect(release).toContain('local function readEntry(')
  expect(release).not.toContain('@include')
})

test('every script starts with #!lua', async () => {
  const root = join(import.meta.dirname, '..', '..')
  const files = await Promise.all(
    ['shared', 'functions'].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((file) => join(root, folder, file)),
    ),
  )
  // Files that are included stand in folders called lua.
  const scripts = files.flat().filter((file) => file.endsWith('.lua') && !/[\\/]lua[\\/][^\\/]+$/.test(file))
  expect(scripts.length).toBeGreaterThan(10)
  for (const file of scripts) expect(await readFile(file, 'utf8'), file).toMatch(/^#!lua\n/)
})

import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const FUNCTIONS = import.meta.dirname

const folders = (await readdir(FUNCTIONS, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/** A module and all it imports by a relative path. */
async function importClosure(
  file: string,
  seen = new Map<string, string>(),
): Promise<ReadonlyMap<string, string>> {
  if (seen.has(file)) return seen
  const source = await readFile(file, 'utf8')
  seen.set(file, source)
  for (const [, path = ''] of source.matchAll(/from '(\.[^']+\.ts)'/g))
    await importClosure(join(dirname(file), path), seen)
  return seen
}

/** The JSON body middleware comes with every HTTP pipeline, but acts on these methods only. */
async function takesBodies(folder: string): Promise<boolean> {
  return /"(POST|PUT|PATCH) /.test(await readFile(join(FUNCTIONS, folder, 'function.json'), 'utf8'))
}

async function codesThrown(folder: string): Promise<readonly string[]> {
  const closure = await importClosure(join(FUNCTIONS, folder, 'handler.ts'))
  const bodies = await takesBodies(folder)
  const sources = [...closure].filter(([file]) => bodies || !file.endsWith('/json-body.ts'))
  const codes = sources.flatMap(([, source]) =>
    [...source.matchAll(/new AppError\(\s*'\w+',\s*'(\w+)'/g)].map(([, code]) => code ?? ''),
  )
  return [...new Set(codes)].sort()
}

async function codesDocumented(folder: string): Promise<readonly string[]> {
  const readme = await readFile(join(FUNCTIONS, folder, 'README.md'), 'utf8')
  const section = readme.split(/^## /m).find((part) => part.startsWith('When it fails')) ?? ''
  return [...section.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code ?? '').sort()
}

test.each(folders)('%s: the codes in its README are those that it can throw', async (folder) => {
  const thrown = await codesThrown(folder)
  expect(thrown.length).toBeGreaterThan(2)
  expect(await codesDocumented(folder)).toEqual(thrown)
})

test('every AppError names its code in the place where it is made, where this test can read it', async () => {
  for (const folder of folders) {
    for (const [file, source] of await importClosure(join(FUNCTIONS, folder, 'handler.ts'))) {
      const made = source.match(/new AppError\(/g)?.length ?? 0
      const named = source.match(/new AppError\(\s*'\w+',\s*'\w+'/g)?.length ?? 0
      expect(named, file).toBe(made)
    }
  }
})

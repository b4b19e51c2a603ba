import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { watchSources } from './watch-sources.ts'

function watched() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'watch-sources-')))
  const at = (path: string) => join(root, path)
  mkdirSync(at('functions/tried'), { recursive: true })
  writeFileSync(at('functions/tried/function.json'), '1')
  const seen = new Set<string>()
  const stop = watchSources({
    directories: [at('functions')],
    beside: { directory: root, prefix: '.env' },
    onChange: (path) => void seen.add(path),
    onSettled: () => undefined,
    onError: (error) => {
      throw error
    },
  })
  onTestFinished(() => {
    stop()
    rmSync(root, { recursive: true })
  })
  /** Makes a change, and waits until these are seen. */
  const expectSeen = async (change: () => void, ...paths: readonly string[]) => {
    seen.clear()
    change()
    await expect.poll(() => [...seen]).toEqual(expect.arrayContaining(paths.map(at)))
  }
  return { at, expectSeen }
}

test('each save is seen, however the editor writes the file', async () => {
  const { at, expectSeen } = watched()
  const file = 'functions/tried/function.json'
  const save = (text: string) => writeFileSync(at(file), text)
  const saveByRename = (text: string) => {
    writeFileSync(at(`${file}.new`), text)
    renameSync(at(`${file}.new`), at(file))
  }
  for (const write of [save, saveByRename, save, saveByRename, saveByRename, save]) {
    await expectSeen(() => write(String(Math.random())), file)
  }
})

test('a folder is followed with all that is in it, also one that comes back, or takes the place of another', async () => {
  const { at, expectSeen } = watched()
  const file = 'functions/other/deep/code.ts'
  const make = (folder: string) => {
    mkdirSync(at(`${folder}/deep`), { recursive: true })
    writeFileSync(at(`${folder}/deep/code.ts`), '1')
  }
  const save = () => writeFileSync(at(file), String(Math.random()))
  await expectSeen(() => make('functions/other'), 'functions/other', file)
  await expectSeen(save, file)
  await expectSeen(() => rmSync(at('functions/other'), { recursive: true }), 'functions/other')
  make('aside')
  await expectSeen(() => renameSync(at('aside'), at('functions/other')), 'functions/other', file)
  await expectSeen(save, file)
  make('aside')
  await expectSeen(
    () => {
      renameSync(at('functions/other'), at('gone'))
      renameSync(at('aside'), at('functions/other'))
    },
    'functions/other',
    file,
  )
  await expectSeen(save, file)
})

test('beside them only files with the prefix are seen', async () => {
  const { at, expectSeen } = watched()
  await expectSeen(() => writeFileSync(at('.env'), '1'), '.env')
})

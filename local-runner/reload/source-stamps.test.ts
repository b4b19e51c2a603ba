import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isStale, readStamps, stampsOfBuild } from './source-stamps.ts'

const FAR_AWAY = new Date(Date.UTC(2020, 0, 1))

function source() {
  const directory = mkdtempSync(join(tmpdir(), 'stamps-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'a.ts')
  writeFileSync(path, 'one')
  return path
}

/** Resolves when the file system's clock has gone on. */
const tick = async (path: string) => {
  const { ctimeMs } = statSync(path)
  const probe = `${path}.probe`
  await expect
    .poll(() => {
      writeFileSync(probe, '')
      return statSync(probe).ctimeMs
    })
    .toBeGreaterThan(ctimeMs)
}

test.each([
  ['written in place', (path: string) => writeFileSync(path, 'two')],
  [
    'replaced by another file of the same size and time',
    (path: string) => {
      writeFileSync(`${path}.new`, 'two')
      renameSync(`${path}.new`, path)
      utimesSync(path, FAR_AWAY, FAR_AWAY)
    },
  ],
  ['deleted', (path: string) => rmSync(path)],
])('a source that was %s is stale', async (_, change) => {
  const path = source()
  utimesSync(path, FAR_AWAY, FAR_AWAY)
  const stamps = readStamps([path])
  expect(isStale(stamps)).toBe(false)
  await tick(path)
  change(path)
  expect(isStale(stamps)).toBe(true)
})

test('a source is trusted as its build read it only when it is older than the build, or was stamped before', () => {
  const path = source()
  const { ctimeMs } = statSync(path)
  expect(isStale(stampsOfBuild([path], new Map(), ctimeMs + 1000))).toBe(false)
  expect(isStale(stampsOfBuild([path], new Map(), ctimeMs + 1))).toBe(true)
  expect(isStale(stampsOfBuild([path], readStamps([path]), ctimeMs + 1))).toBe(false)
})

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completeEnvironment, readEnvFile, readOwnEnvFile } from './env-files.ts'

function projectWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'env-files-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
  return root
}

test('reads .env and the .env of a function, quotes and comments included', () => {
  const root = projectWith({
    '.env': '# all\nA=1\nexport B="two words"\nEMPTY=\n',
    '.env.order': "A='3 # no'",
  })
  expect([...readEnvFile(root)]).toEqual([
    ['A', '1'],
    ['B', 'two words'],
  ])
  expect([...readOwnEnvFile(root, 'order')]).toEqual([['A', '3 # no']])
  expect([...readOwnEnvFile(root, 'stock')]).toEqual([])
})

test('the environment goes before .env, unless it is set to nothing', () => {
  const root = projectWith({ '.env': 'A=file\nB=file\nC=file' })
  expect(completeEnvironment(root, { A: 'shell', B: '', D: 'shell' })).toEqual({
    A: 'shell',
    B: 'file',
    C: 'file',
    D: 'shell',
  })
})

test('a file that is too large, or none, is refused by name', () => {
  const root = projectWith({ '.env': `A=${'x'.repeat(64 * 1024)}` })
  expect(() => readEnvFile(root)).toThrow('.env must be a file of 65536 bytes at most')
  mkdirSync(join(root, '.env.order'))
  expect(() => readOwnEnvFile(root, 'order')).toThrow('.env.order must be')
})

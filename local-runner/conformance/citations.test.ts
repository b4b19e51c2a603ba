import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { brokenCitations } from './citations.ts'

const root = join(import.meta.dirname, '..', '..')
const CITING = ['*.md', '{docs,functions,shared,local-runner,e2e,bench}/**/*.{ts,mjs,lua,json,md}']

test('every citation and every link of the project points somewhere', () => {
  // The tests of this folder cite what does not exist.
  const files = globSync(CITING, {
    cwd: root,
    exclude: ['**/node_modules', 'local-runner/conformance/*.test.ts'],
  })
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
  expect(brokenCitations({ texts, exists: (path) => existsSync(join(root, path)) })).toEqual([])
})

const PAGES = {
  'docs/order-protocol.md':
    '## 4. Stored fields\n\n### 4.1 Order\n\n| row 9  | a death |\n| I7  | a promise |',
  'docs/aws-behaviour.md': '### 2.4 Errors and retries',
}

// Not written out, or it would stand in docs/conformance.md.
const named = (tag: string) => `[${tag}]`

test.each([
  [
    'a.test.ts',
    `test('${named('2.4] [2.5')} a title')`,
    'cites 2.5, which docs/aws-behaviour.md does not have',
  ],
  [
    'e2e/a.test.ts',
    "test('row 9 and row 10: a title')",
    'cites row 10, which docs/order-protocol.md does not have',
  ],
  ['functions/a.ts', '// As in rows 9 to 27.', 'cites row 27, which docs/order-protocol.md does not have'],
  ['e2e/chaos/invariants/a.ts', '/** I7, I16 */', 'cites I16, which docs/order-protocol.md does not have'],
  ['shared/a.ts', '// docs/order-protocol.md 4.1, 4', undefined],
  ['shared/a.ts', '// docs/order-protocol.md 4.2', 'cites 4.2, which docs/order-protocol.md does not have'],
  [
    'shared/a.lua',
    '-- docs/order-protocol.md, section 5',
    'cites 5, which docs/order-protocol.md does not have',
  ],
  [
    'a.ts',
    '// docs/aws-behaviour.md 2.4 and docs/aws-behaviour.md 9.9',
    'cites 9.9, which docs/aws-behaviour.md does not have',
  ],
  ['docs/a.md', '[one](aws-behaviour.md#24-errors-and-retries) [two](https://aws.amazon.com/x)', undefined],
  [
    'docs/a.md',
    '[one](aws-behaviour.md#25-errors)',
    'links to aws-behaviour.md#25-errors, which does not exist',
  ],
  ['e2e/README.md', '[one](../docs/gone.md)', 'links to ../docs/gone.md, which does not exist'],
])('%s with %j: %s', (path, text, problem) => {
  const texts = new Map([...Object.entries(PAGES), [path, text]])
  const found = brokenCitations({ texts, exists: (file) => texts.has(file) })
  expect(found).toEqual(problem === undefined ? [] : [`${path} ${problem}`])
})

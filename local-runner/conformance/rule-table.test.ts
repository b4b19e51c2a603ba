import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { findRules } from './find-rules.ts'
import { readmePath, readmeWithRules } from './readme-with-rules.ts'
import { ruleTable } from './rule-table.ts'

const named = (tag: string, rule: string) => `[${tag}] ${rule}`

test('the README holds the rules that the tests name; else run node local-runner/conformance/write-rule-table.ts', async () => {
  expect(await readmeWithRules()).toBe(await readFile(readmePath, 'utf8'))
})

test('a title in any quotes is found, for each of its sections', () => {
  const text = `test('${named('3.1', "it\\'s first")}', () => {}); ["${named('3.10] [6.2', 'two')}"], \`not [3.3] this\``
  expect(findRules('a.test.ts', text)).toEqual([
    { section: '3.1', rule: "it's first", file: 'a.test.ts' },
    { section: '3.10', rule: 'two', file: 'a.test.ts' },
    { section: '6.2', rule: 'two', file: 'a.test.ts' },
  ])
})

test('sections come in the order of their numbers, and one that there is not is refused', () => {
  const rule = (section: string) => ({ section, rule: '%s a|b', file: 'a.test.ts' })
  const table = ruleTable([rule('6.10'), rule('6.2'), rule('3.1')])
  expect(table.match(/\*\*\d+\.\d+\*\*/g)).toEqual(['**3.1**', '**6.2**', '**6.10**'])
  expect(table).toContain('| | … a\\|b | `a.test.ts` |')
  expect(() => ruleTable([rule('9.9')])).toThrow('a.test.ts names section 9.9')
})

import { expect, test } from 'vitest'
import { conformancePage } from './conformance-page.ts'
import { findRules } from './find-rules.ts'

const named = (tag: string, rule: string) => `[${tag}] ${rule}`

test('a title in any quotes is found, for each of its sections', () => {
  const text = `test('${named('3.1', "it\\'s first")}', () => {}); ["${named('3.10] [6.2', 'two')}"], \`not [3.3] this\``
  expect(findRules('a.test.ts', text)).toEqual([
    { section: '3.1', rule: "it's first", file: 'a.test.ts' },
    { section: '3.10', rule: 'two', file: 'a.test.ts' },
    { section: '6.2', rule: 'two', file: 'a.test.ts' },
  ])
})

test('sections come in the order of their numbers, and one that does not exist is refused', () => {
  const rule = (section: string) => ({ section, rule: '%s a|b', file: 'lambda/a.test.ts' })
  const sections = new Map(['3.1', '6.2', '6.10'].map((section) => [section, 'Life & death']))
  const page = conformancePage([rule('6.10'), rule('6.2'), rule('3.1')], sections)
  expect(page.match(/^## .+$/gm)).toEqual([
    '## [3.1 Life & death](aws-behaviour.md#31-life--death)',
    '## [6.2 Life & death](aws-behaviour.md#62-life--death)',
    '## [6.10 Life & death](aws-behaviour.md#610-life--death)',
  ])
  expect(page).toContain('| … a\\|b | [a.test.ts](../local-runner/lambda/a.test.ts) |')
  expect(() => conformancePage([rule('9.9')], sections)).toThrow('a.test.ts cites section 9.9')
})

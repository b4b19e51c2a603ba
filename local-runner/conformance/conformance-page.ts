import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findRules, type Rule } from './find-rules.ts'
import { anchorOf, numberedHeadings } from './markdown.ts'

const HEAD = `# Conformance

The rules of AWS that tests hold the runner to. Each row is a test. Its name begins with the section of
[aws-behaviour.md](aws-behaviour.md) that it follows, such as \`[3.4]\`; a test of two sections stands under both.

\`npm run generate\` writes this page from the names of the tests. Do not edit it.`

const inOrder = (one: string, other: string) => {
  const [chapter = 0, item = 0] = one.split('.').map(Number)
  const [otherChapter = 0, otherItem = 0] = other.split('.').map(Number)
  return chapter - otherChapter || item - otherItem
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/%[sdjo]|\$\w+/g, '…')

/**
 * The page in Markdown, not yet formatted.
 * @param sections title by number
 * @throws when a test cites a section that does not exist
 */
export function conformancePage(rules: readonly Rule[], sections: ReadonlyMap<string, string>): string {
  const bySection = Map.groupBy(rules, ({ section }) => section)
  const parts = [...bySection.keys()].sort(inOrder).map((section) => {
    const title = sections.get(section)
    const found = bySection.get(section) ?? []
    if (title === undefined) {
      throw new Error(
        `${found[0]?.file} cites section ${section}, which docs/aws-behaviour.md does not have: correct the number, or add the section.`,
      )
    }
    const rows = found.map(
      ({ rule, file }) => `| ${cell(rule)} | [${basename(file)}](../local-runner/${file}) |`,
    )
    const heading = `${section} ${title}`
    return [
      `## [${heading}](aws-behaviour.md#${anchorOf(heading)})`,
      '',
      '| rule | test |',
      '| --- | --- |',
      ...rows,
    ].join('\n')
  })
  return [HEAD, ...parts].join('\n\n')
}

/** The page for the tests of the project in `root`, as they are now. */
export function readConformancePage(root: string): string {
  const runner = join(root, 'local-runner')
  const rules = globSync(['**/*.test.ts', '**/golden/*.json'], { cwd: runner, exclude: ['**/node_modules'] })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .flatMap((file) => findRules(file, readFileSync(join(runner, file), 'utf8')))
  const behaviour = readFileSync(join(root, 'docs', 'aws-behaviour.md'), 'utf8')
  return conformancePage(rules, numberedHeadings(behaviour))
}

import type { Rule } from './find-rules.ts'
import { sections } from './sections.ts'

const inOrder = (one: string, other: string) => {
  const [chapter = 0, item = 0] = one.split('.').map(Number)
  const [otherChapter = 0, otherItem = 0] = other.split('.').map(Number)
  return chapter - otherChapter || item - otherItem
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/%[sdjo]|\$\w+/g, '…')

/** A Markdown table of the rules, by section. Throws when a test names a section that there is not. */
export function ruleTable(rules: readonly Rule[]): string {
  const bySection = Map.groupBy(rules, ({ section }) => section)
  const rows = [...bySection.keys()].sort(inOrder).flatMap((section) => {
    const title = sections[section]
    const found = bySection.get(section) ?? []
    if (title === undefined) {
      throw new Error(
        `${found[0]?.file} names section ${section}; add it to conformance/sections.ts or mend it.`,
      )
    }
    return [
      `| **${section}** | **${title}** | |`,
      ...found.map(({ rule, file }) => `| | ${cell(rule)} | \`${file}\` |`),
    ]
  })
  return ['| section | rule | test |', '| --- | --- | --- |', ...rows].join('\n')
}

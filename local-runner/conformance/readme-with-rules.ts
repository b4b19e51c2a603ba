import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { findRules } from './find-rules.ts'
import { ruleTable } from './rule-table.ts'

const BEGIN = '<!-- rules: written by conformance/write-rule-table.ts -->'
const END = '<!-- end of rules -->'

const runnerFolder = join(import.meta.dirname, '..')
export const readmePath = join(runnerFolder, 'README.md')

/** The runner's README with the table of rules as the tests name them now. */
export async function readmeWithRules(): Promise<string> {
  const files = (await readdir(runnerFolder, { recursive: true }))
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.test\.ts$|\/golden\/.*\.json$/.test(file))
  const rules = await Promise.all(
    files.sort().map(async (file) => findRules(file, await readFile(join(runnerFolder, file), 'utf8'))),
  )
  const readme = await readFile(readmePath, 'utf8')
  const begin = readme.indexOf(BEGIN)
  const end = readme.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`README.md needs the lines ${BEGIN} and ${END}.`)
  const text = `${readme.slice(0, begin)}${BEGIN}\n\n${ruleTable(rules.flat())}\n\n${readme.slice(end)}`
  return format(text, { ...(await resolveConfig(readmePath)), parser: 'markdown' })
}

// ESLint on each file that has changed since it was clean, and on each file that imports a changed one, directly or not.
// ESLint's own cache looks at one file alone, but the rules that know types judge a file by what it imports as well.
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ESLint } from 'eslint'
import * as z from 'zod'

const root = join(import.meta.dirname, '..')
const SETTINGS = ['eslint.config.mjs', 'tsconfig.json', 'package-lock.json']
const NOT_SOURCE = new Set(['coverage', 'dist', 'node_modules'])

const { cache } = parseArgs({ options: { cache: { type: 'string' } } }).values

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const hash = (...texts: readonly string[]) => createHash('sha256').update(JSON.stringify(texts)).digest('hex')

const texts = new Map(
  globSync(['**/*.{ts,mjs,json}', '.ci/*.ts'], { cwd: root, exclude: (name) => NOT_SOURCE.has(name) })
    .sort()
    .map((file) => [file, read(file)]),
)
const sources = [...texts.keys()].filter((file) => !file.endsWith('.json'))

const importsOf = (file: string) =>
  [...(texts.get(file) ?? '').matchAll(/\b(?:from|import)\b[\s(]*'(\.[^']+)'/g)]
    .map(([, path = '']) => join(dirname(file), path))
    .filter((path) => texts.has(path))

/** The file and all that it imports, directly or not. */
function withImports(file: string): readonly string[] {
  const found = new Set([file])
  for (const one of found) for (const imported of importsOf(one)) found.add(imported)
  return [...found].sort()
}

const declaresForAll = (file: string) =>
  file.endsWith('.d.ts') || /^declare (module|global)\b/m.test(texts.get(file) ?? '')
const forAll = hash(process.version, ...[...SETTINGS, ...sources.filter(declaresForAll)].map(read))
const hashes = new Map([...texts].map(([file, text]) => [file, hash(file, text)]))
const keyOf = (file: string) => hash(forAll, ...withImports(file).map((one) => hashes.get(one) ?? ''))
const keys = new Map(sources.map((file) => [file, keyOf(file)]))

/** By file, the key with which it was clean. */
function readCleanKeys(path: string): Readonly<Record<string, string>> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(read(path)))
  } catch {
    return {}
  }
}

const clean = cache === undefined ? {} : readCleanKeys(cache)
const eslint = new ESLint({ cwd: root, warnIgnored: false })
const toLint = sources.filter((file) => clean[file] !== keys.get(file))
const results = toLint.length === 0 ? [] : await eslint.lintFiles(toLint)

const unclean = results.filter(({ errorCount, warningCount }) => errorCount + warningCount > 0)
const formatter = await eslint.loadFormatter()
console.log(await formatter.format(unclean))
if (unclean.length > 0) process.exitCode = 1
if (cache !== undefined) {
  const left = new Map(keys)
  for (const { filePath } of unclean) left.delete(filePath.slice(root.length + 1))
  mkdirSync(join(root, dirname(cache)), { recursive: true })
  writeFileSync(join(root, cache), JSON.stringify(Object.fromEntries(left)))
}

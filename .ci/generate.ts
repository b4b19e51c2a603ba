// `npm run generate` writes the generated files; with --check it names those that are not what it would write.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import * as z from 'zod'
import { readConformancePage } from '../local-runner/conformance/conformance-page.ts'
import { functionDefinition } from '../local-runner/manifest/function-definition.ts'
import { currentCompose } from '../local-runner/startup/compose-lambda.ts'

const root = join(import.meta.dirname, '..')

/** By its path, what makes the text of each file. */
const GENERATED: Readonly<Record<string, () => string | Promise<string>>> = {
  // By this, editors check function.json. Rules that JSON Schema cannot express are left to the manifest's parser.
  'local-runner/manifest/function.schema.json': () =>
    JSON.stringify(z.toJSONSchema(functionDefinition, { io: 'input', unrepresentable: 'any' })),
  'docs/conformance.md': () => readConformancePage(root),
  'docker-compose.yml': () => currentCompose(root),
}

const isCheck = process.argv.includes('--check')
for (const [file, textOf] of Object.entries(GENERATED)) {
  const path = join(root, file)
  const text = await format(await textOf(), { ...(await resolveConfig(path)), filepath: path })
  if (text === (await readFile(path, 'utf8').catch(() => undefined))) continue
  if (isCheck) {
    console.error(`${file} is not what its sources say: run npm run generate.`)
    process.exitCode = 1
  } else {
    await writeFile(path, text)
    console.log(`Wrote ${file}`)
  }
}

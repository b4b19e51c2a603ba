import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

export interface TestRun {
  readonly passed: number
  /** Full names of the tests that failed. */
  readonly failed: readonly string[]
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) }),
  ),
})

/** Runs test files of a copy of the project. @throws when the tests themselves could not be run. */
export async function runTests(directory: string, files: readonly string[]): Promise<TestRun> {
  const reportFile = join(directory, 'test-report.json')
  await rm(reportFile, { force: true })
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json', `--outputFile=${reportFile}`, ...files],
    { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  await once(child, 'exit')
  const text = await readFile(reportFile, 'utf8').catch(() => undefined)
  if (text === undefined) throw new Error(`No test ran in ${files.join(', ')}:\n${output.slice(-2000)}`)
  const { numPassedTests, testResults } = vitestReport.parse(JSON.parse(text))
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const failed = results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName.trim())
  if (results.length === 0) throw new Error(`No test ran in ${files.join(', ')}:\n${output.slice(-2000)}`)
  return { passed: numPassedTests, failed }
}

import { execFile } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createScratchFunctions, projectRoot } from './testing/scratch-functions.ts'
import { writeFunction } from './write-function.ts'

const run = promisify(execFile)

test('the code of every kind of function passes the type check', async () => {
  const root = createScratchFunctions()
  const order = 'GET /shipments/{orderId}'
  for (const wanted of [
    { name: 'shipping', topics: ['order-topic'], routes: [order] },
    { name: 'topic-only', topics: ['order-topic'], routes: [] },
    { name: 'other-topic', topics: ['stock-topic'], routes: ['GET /levels/{sku}', 'POST /levels'] },
    { name: 'two-topics', topics: ['stock-topic', 'order-topic'], routes: ['ANY /two/{proxy+}'] },
    { name: 'routes-only', topics: [], routes: ['GET /coupons/{code}', 'PUT /coupons/{code}'] },
  ]) {
    await writeFunction(root, wanted)
  }
  for (const folder of ['shared', 'node_modules']) symlinkSync(join(projectRoot, folder), join(root, folder))
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  const options = { noUnusedLocals: true, noUnusedParameters: true }
  const include = [
    'functions',
    join(projectRoot, 'shared/**/*.d.ts'),
    // Declares what the tests of stores inject.
    join(projectRoot, 'e2e', 'services.setup.ts'),
  ]
  writeFileSync(
    join(root, 'tsconfig.json'),
    JSON.stringify({ extends: join(projectRoot, 'tsconfig.json'), compilerOptions: options, include }),
  )
  const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout } = await run(process.execPath, [tsc, '-p', root]).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) }
    throw error
  })
  expect(stdout).toBe('')
}, 120_000)

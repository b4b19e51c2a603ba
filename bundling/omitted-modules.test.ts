import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createScratchProject } from '../local-runner/testing/scratch-project.ts'
import { buildProject } from './build-project.ts'

/** A function that uses the half `used` of a CommonJS package. */
async function built(omit: readonly string[]) {
  const { root, save } = createScratchProject()
  save(
    'functions/tried/function.json',
    JSON.stringify({ name: 'tried', port: 1, build: { omit }, triggers: {} }),
  )
  save('functions/tried/handler.ts', "import kit from 'kit'\nexport const { used, unused } = kit")
  save('node_modules/kit/package.json', '{}')
  save(
    'node_modules/kit/index.js',
    "exports.used = () => 'used'\nexports.unused = () => require('./lib/unused')()\nrequire('./lib/unused')",
  )
  save('node_modules/kit/lib/unused/index.js', "module.exports = () => 'much code'")
  const [one] = await buildProject(root)
  await one?.functionBuild.dispose()
  return {
    code: readFileSync(join(root, 'dist/tried/index.cjs'), 'utf8'),
    run: (name: string) => {
      const code = `const { ${name} } = require('./index.cjs'); try { console.log(${name}()) } catch (error) { console.log(error.message) }`
      return execFileSync(process.execPath, ['-e', code], { cwd: join(root, 'dist/tried') })
        .toString()
        .trim()
    },
  }
}

test('a module that is left out is not in the bundle, and the rest of its package works', async () => {
  expect((await built([])).code).toContain('much code')
  const { code, run } = await built(['kit/lib/unused'])
  expect(code).not.toContain('much code')
  expect(run('used')).toBe('used')
})

test('a use of it says what to do', async () => {
  const { run } = await built(['kit/lib/unused'])
  expect(run('unused')).toBe(
    '"kit/lib/unused" is not in this bundle: take it out of "build" > "omit" in function.json.',
  )
})

test('a path that is no module of the bundle is refused', async () => {
  await expect(built(['kit/lib/gone'])).rejects.toThrow(
    '"build" > "omit" names "kit/lib/gone", which is not among the modules: remove it.',
  )
})

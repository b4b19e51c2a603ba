import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import { createScratchProject } from '../local-runner/testing/scratch-project.ts'
import { buildProject } from './build-project.ts'

/** A function that keeps the package `outer` beside its bundle; `outer` requires `inner`. */
function projectWithPackages() {
  const project = createScratchProject()
  const { save } = project
  save(
    'functions/tried/function.json',
    JSON.stringify({ name: 'tried', port: 1, build: { external: ['outer'] }, triggers: {} }),
  )
  save('functions/tried/handler.ts', "export { text } from 'outer'")
  const savePackage = (folder: string, code: string, more: object = {}) => {
    save(`${folder}/package.json`, JSON.stringify(more))
    save(`${folder}/index.js`, code)
  }
  savePackage('node_modules/outer', "exports.text = 'outer ' + require('inner')", {
    dependencies: { inner: '1', own: '1' },
    optionalDependencies: { 'for-another-system': '1' },
    peerDependencies: { peer: '1' },
  })
  savePackage('node_modules/outer/node_modules/own', '')
  savePackage('node_modules/inner', "module.exports = 'inner'")
  savePackage('node_modules/peer', '')
  savePackage('node_modules/stranger', '')
  return { ...project, savePackage }
}

async function build(root: string) {
  const [one] = await buildProject(root)
  await one?.functionBuild.dispose()
  return one?.built
}

const run = (root: string) =>
  execFileSync(process.execPath, ['-p', "require('./index.cjs').text"], { cwd: join(root, 'dist/tried') })
    .toString()
    .trim()
const zipOf = (root: string) => readFileSync(join(root, 'dist/tried.zip'))

test('an external package lies beside the bundle with all that it requires, in the folder and in the zip', async () => {
  const { root, savePackage } = projectWithPackages()
  await build(root)
  const files = Object.keys(unzipSync(zipOf(root))).filter((name) => name.endsWith('.js'))
  expect(files).toEqual([
    'node_modules/inner/index.js',
    'node_modules/outer/index.js',
    'node_modules/own/index.js',
    'node_modules/peer/index.js',
  ])
  savePackage('node_modules/inner', "module.exports = 'changed'")
  expect(run(root)).toBe('outer inner')
})

test("a function's own version of a package goes before the project's", async () => {
  const { root, savePackage } = projectWithPackages()
  savePackage('functions/tried/node_modules/outer', "exports.text = 'own'")
  await build(root)
  expect(run(root)).toBe('own')
})

test('the same packages give the same zip, whenever they were installed', async () => {
  const [one, other] = [projectWithPackages(), projectWithPackages()]
  chmodSync(join(other.root, 'node_modules/inner/index.js'), 0o600)
  await Promise.all([build(one.root), build(other.root)])
  expect(zipOf(one.root).equals(zipOf(other.root))).toBe(true)
})

test('a program in a package can be run', async () => {
  const { root } = projectWithPackages()
  chmodSync(join(root, 'node_modules/inner/index.js'), 0o700)
  await build(root)
  expect(statSync(join(root, 'dist/tried/node_modules/inner/index.js')).mode & 0o777).toBe(0o755)
  expect(statSync(join(root, 'dist/tried/node_modules/outer/index.js')).mode & 0o777).toBe(0o644)
})

test('another version of an external package is another build', async () => {
  const { root, savePackage } = projectWithPackages()
  const [one] = await buildProject(root)
  savePackage('node_modules/inner', "module.exports = 'changed'")
  const again = await one?.functionBuild.build()
  await one?.functionBuild.dispose()
  expect(again?.inManifest.buildId).not.toBe(one?.built.inManifest.buildId)
})

test('a package that is not installed fails the build, with what to do', async () => {
  const { root, save } = projectWithPackages()
  save('node_modules/outer/package.json', JSON.stringify({ dependencies: { missing: '1' } }))
  await expect(build(root)).rejects.toThrow(/outer\/package\.json needs the package "missing", .*npm install/)
  save('functions/tried/function.json', JSON.stringify({ name: 'tried', build: { external: ['missing'] } }))
  await expect(build(root)).rejects.toThrow(
    'functions/tried/function.json names the external package "missing", which is not installed: run npm install missing',
  )
})

test('an import of an external package is what Node makes of it, for ES modules and CommonJS', async () => {
  const { root, save, savePackage } = projectWithPackages()
  save('package.json', '{"type":"module"}')
  savePackage('node_modules/outer', 'export default 1\nexport const two = 2', {
    type: 'module',
    exports: './index.js',
  })
  savePackage('node_modules/inner', 'exports.__esModule = true\nexports.default = 1\nexports.two = 2')
  save(
    'functions/tried/function.json',
    JSON.stringify({ name: 'tried', port: 1, build: { external: ['outer', 'inner'] }, triggers: {} }),
  )
  save(
    'functions/tried/handler.ts',
    "import outer, { two } from 'outer'\nimport inner from 'inner'\nexport const text = JSON.stringify([outer, two, inner])",
  )
  await build(root)
  expect(run(root)).toBe('[1,2,{"__esModule":true,"default":1,"two":2}]')
  const source = [
    '--input-type=module',
    '-e',
    "console.log((await import('./functions/tried/handler.ts')).text)",
  ]
  expect(execFileSync(process.execPath, source, { cwd: root }).toString().trim()).toBe(run(root))
})

test('an external package that a bundle could not load fails the build, with the place of its import', async () => {
  const { root, savePackage } = projectWithPackages()
  savePackage('node_modules/outer', '', { exports: { import: './index.js' } })
  await expect(build(root)).rejects.toThrow(/No "exports" main defined[^]*functions\/tried\/handler\.ts:1:21/)
})

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

/** A project that pins the given Node, with everything installed. What it calls the pinned Node is the one of this test. */
function installedProject(pinned: string) {
  const project = mkdtempSync(join(tmpdir(), 'bootstrap-'))
  onTestFinished(() => rmSync(project, { recursive: true, force: true }))
  const pathOf = (name: string) => join(project, name)
  mkdirSync(pathOf('local-runner'))
  mkdirSync(pathOf('node_modules/node/bin'), { recursive: true })
  copyFileSync(join(import.meta.dirname, '..', 'bootstrap.mjs'), pathOf('local-runner/bootstrap.mjs'))
  symlinkSync(process.execPath, pathOf('node_modules/node/bin/node'))
  writeFileSync(pathOf('package.json'), JSON.stringify({ devDependencies: { node: pinned } }))
  for (const lock of ['package-lock.json', 'node_modules/.package-lock.json'])
    writeFileSync(pathOf(lock), '{}')
  utimesSync(pathOf('package-lock.json'), 1, 1)
  writeFileSync(
    pathOf('file.mjs'),
    `console.log(JSON.stringify([process.argv.slice(1), process.execArgv, process.ppid])); process.exitCode = 7`,
  )
  return project
}

test.each([
  ['the pinned one, in the same process', process.versions.node, true],
  ['another one, in one child', '99.0.0', false],
])('runs the file with its arguments and the flags of Node, where Node is %s', (_, pinned, isSameProcess) => {
  const project = installedProject(pinned)
  const args = ['--max-semi-space-size=16', 'local-runner/bootstrap.mjs', 'file.mjs', '--one', 'two']
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: project,
    encoding: 'utf8',
    timeout: 10_000,
  })
  const [argv, flags, parent] = JSON.parse(stdout) as [unknown, unknown, unknown]
  expect(argv).toEqual([join(project, 'file.mjs'), '--one', 'two'])
  expect(flags).toEqual(['--max-semi-space-size=16'])
  expect(parent === process.pid).toBe(isSameProcess)
  expect(status).toBe(7)
})

test('a top-level await that never settles is a failure, as when Node runs the file itself', () => {
  const project = installedProject(process.versions.node)
  writeFileSync(join(project, 'file.mjs'), 'await new Promise(() => undefined)')
  const { status } = spawnSync(process.execPath, ['local-runner/bootstrap.mjs', 'file.mjs'], { cwd: project })
  expect(status).toBe(13)
})

test('SIGINT without a terminal reaches the file that runs on the pinned Node', async () => {
  const project = installedProject('99.0.0')
  const script = `setInterval(() => undefined, 1000); process.on('SIGINT', () => process.exit(5)); console.log('ready')`
  writeFileSync(join(project, 'file.mjs'), script)
  const child = spawn(process.execPath, ['local-runner/bootstrap.mjs', 'file.mjs'], { cwd: project })
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([5, null])
})

test('one Node is pinned everywhere', () => {
  const read = (file: string) => readFileSync(join(root, file), 'utf8')
  const [, pinned = ''] = /"node": "([\d.]+)"/.exec(read('package.json')) ?? []
  expect(pinned).toMatch(/^\d+\.\d+\.\d+$/)
  expect(read('.node-version').trim()).toBe(pinned)
  for (const file of ['local-runner/Dockerfile', 'e2e/Dockerfile']) {
    const versions = [...read(file).matchAll(/^FROM node:([\d.]+)/gm)].map(([, version]) => version)
    expect(new Set(versions), file).toEqual(new Set([pinned]))
  }
})

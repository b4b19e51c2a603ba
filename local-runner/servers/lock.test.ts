import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commandOf } from './command-of.ts'
import { takeLock } from './lock.ts'
import { createLock, type LockContent, lockPathIn, readLock } from './lock-file.ts'

let dataDirectory: string
beforeEach(async () => (dataDirectory = await mkdtemp(join(tmpdir(), 'lock-test-'))))
afterEach(async () => await rm(dataDirectory, { recursive: true, force: true }))

/** Leaves a lock behind as a killed runner would; `runner` says otherwise. */
function leaveLock(content: Partial<LockContent>) {
  const { pid } = spawnSync(process.execPath, ['--version'])
  const deadRunner = { pid, command: 'node main.ts' }
  createLock(lockPathIn(dataDirectory), { runner: deadRunner, servers: [], stopping: false, ...content })
}

async function take() {
  const printed: string[] = []
  await takeLock(dataDirectory, (line) => printed.push(line))
  expect(readLock(lockPathIn(dataDirectory))?.runner.pid).toBe(process.pid)
  return printed
}

/** A process that lives until it is stopped, with these words on its command line. */
async function startProcess(...words: readonly string[]) {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => 0, 1e6)', ...words])
  await once(child.stdout, 'data')
  return { pid: child.pid ?? 0, kill: () => child.kill('SIGKILL') }
}

test('a data directory that nobody uses is taken at once and without a word', async () => {
  expect(await take()).toEqual([])
})

test('a server of this data directory that was left behind is stopped', async () => {
  const { pid, kill } = await startProcess(join(dataDirectory, 'redis'))
  try {
    leaveLock({ servers: [{ name: 'redis', pid }] })
    expect(await take()).toEqual(['Stopping the servers that a killed runner left running'])
    expect(commandOf(pid)).toBe('')
  } finally {
    kill()
  }
})

test('a process that got the pid of a server that is gone is left alone', async () => {
  const { pid, kill } = await startProcess('/some/other/directory')
  try {
    leaveLock({ servers: [{ name: 'redis', pid }] })
    await take()
    expect(commandOf(pid)).toContain('/some/other/directory')
  } finally {
    kill()
  }
})

test('a process that got the pid of a runner that is gone does not count as that runner', async () => {
  const { pid, kill } = await startProcess('a text editor')
  try {
    leaveLock({ runner: { pid, command: 'node local-runner/main.ts' } })
    await take()
  } finally {
    kill()
  }
})

test('a runner that lives keeps its data directory', async () => {
  const { pid, kill } = await startProcess('runner')
  try {
    leaveLock({ runner: { pid, command: commandOf(pid) } })
    await expect(take()).rejects.toThrow(`Another runner (process ${pid}) already uses ${dataDirectory}`)
    expect(readLock(lockPathIn(dataDirectory))?.runner.pid).toBe(pid)
  } finally {
    kill()
  }
})

test('a lock that a power cut has left empty counts as stale', async () => {
  await writeFile(lockPathIn(dataDirectory), '')
  expect(await take()).toEqual([])
})

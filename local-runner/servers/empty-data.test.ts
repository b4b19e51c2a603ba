import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commandOf } from './command-of.ts'
import { emptyData, type EmptyDataOptions } from './empty-data.ts'
import { createLock, lockPathIn } from './lock-file.ts'

let dataDirectory: string
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'empty-data-test-'))
  for (const folder of ['redis', 'kafka-4.3.1', 'kafka-3.4.1-with-zookeeper', 'logs', 'thesis']) {
    await mkdir(join(dataDirectory, folder))
    await writeFile(join(dataDirectory, folder, 'content'), folder)
  }
})
afterEach(async () => await rm(dataDirectory, { recursive: true, force: true }))

const ALL = ['kafka-3.4.1-with-zookeeper', 'kafka-4.3.1', 'logs', 'redis', 'thesis']
const folders = async () => (await readdir(dataDirectory)).sort()

function setup(overrides: Partial<EmptyDataOptions> = {}) {
  const asked: (readonly string[])[] = []
  const confirm = async (places: readonly string[]) => asked.push(places) > 0
  const options = { dataDirectory, compose: undefined, confirm, print: () => undefined, ...overrides }
  return { run: () => emptyData(options), asked }
}

test('deletes the data of the servers after it has named it, nothing else, and releases the directory', async () => {
  const { run, asked } = setup()
  await run()
  const named = ['kafka-3.4.1-with-zookeeper', 'kafka-4.3.1', 'redis']
  expect(asked).toEqual([named.map((folder) => join(dataDirectory, folder))])
  expect(await folders()).toEqual(['logs', 'thesis'])
  await run()
  expect(asked).toHaveLength(1)
})

test('a no, or nobody to ask, leaves everything as it is', async () => {
  await expect(setup({ confirm: async () => false }).run()).rejects.toThrow('Nothing was deleted')
  const nobody = setup({ confirm: () => Promise.reject(new Error('Nobody can be asked here')) })
  await expect(nobody.run()).rejects.toThrow('Nobody can be asked here')
  expect(await folders()).toEqual(ALL)
})

test('refuses without a question while another runner holds the lock', async () => {
  const other = { pid: process.ppid, command: commandOf(process.ppid) }
  createLock(lockPathIn(dataDirectory), { runner: other, servers: [], stopping: false })
  const { run, asked } = setup()
  await expect(run()).rejects.toThrow(`Another runner (process ${process.ppid}) already uses`)
  expect(asked).toEqual([])
  expect(await folders()).toEqual([...ALL.slice(0, 4), 'stack.lock', 'thesis'])
})

test('the lock of a runner that was killed is no obstacle', async () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  createLock(lockPathIn(dataDirectory), {
    runner: { pid, command: 'node main.ts' },
    servers: [],
    stopping: false,
  })
  await setup().run()
  expect(await folders()).toEqual(['logs', 'thesis'])
})

test('where containers are used their volumes are named and emptied too, unless a runner runs in them', async () => {
  let emptied = 0
  const compose = {
    running: async (): Promise<readonly string[]> => [],
    empty: async () => void (emptied += 1),
  }
  const busy = setup({ compose: { ...compose, running: async (services) => services } })
  await expect(busy.run()).rejects.toThrow('docker compose stop runner')
  expect(emptied).toBe(0)
  const { run, asked } = setup({ compose })
  await run()
  expect(asked[0]).toContain('the volumes of docker-compose.yml')
  expect(emptied).toBe(1)
})

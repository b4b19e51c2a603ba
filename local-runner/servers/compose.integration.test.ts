import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'

const root = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)

const composeFile = z.object({ services: z.object({ topics: z.object({ command: z.array(z.string()) }) }) })
const topics = z.array(
  z.object({
    name: z.string(),
    numPartitions: z.number(),
    configEntries: z.record(z.string(), z.string()),
  }),
)

test('the compose file has no fault that a linter finds', async () => {
  await run('npx', ['dclint', '--max-warnings', '0', 'docker-compose.yml'], { cwd: root })
})

test.each(['local-runner/Dockerfile', 'e2e/Dockerfile'])(
  '%s has no fault that a linter finds',
  async (file) => {
    await run('npx', ['dockerfilelint', file], { cwd: root })
  },
)

test('the service topics creates the topics of functions/topics.json and of each function', async () => {
  const { services } = composeFile.parse(parse(await readFile(join(root, 'docker-compose.yml'), 'utf8')))
  const [program = '', ...args] = services.topics.command
  // In place of the program in the image, one that prints what it is asked for.
  const folder = await mkdtemp(join(tmpdir(), 'compose-topics-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'kafka-topics'), '#!/bin/sh\necho "$*"\n', { mode: 0o755 })
  const { stdout } = await run(
    program,
    args.map((part) => part.replaceAll('$$', '$')),
    { cwd: root, env: { PATH: `${folder}:${process.env.PATH}` } },
  )
  const wanted: string[] = []
  for (const file of [
    'functions/topics.json',
    ...globSync('functions/*/topics.json', { cwd: root }).sort(),
  ]) {
    for (const { name, numPartitions, configEntries } of topics.parse(
      JSON.parse(await readFile(join(root, file), 'utf8')),
    )) {
      const configs = Object.entries(configEntries).map(([key, value]) => ` --config ${key}=${value}`)
      wanted.push(`--topic ${name} --partitions ${numPartitions}${configs.join('')}`)
    }
  }
  expect(wanted.length).toBeGreaterThan(2)
  const create = '--bootstrap-server kafka:29092 --create --if-not-exists --replication-factor 1'
  expect(stdout.trim().split('\n')).toEqual(wanted.map((topic) => `${create} ${topic}`))
})

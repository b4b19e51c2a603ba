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

const service = z.object({
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  healthcheck: z.unknown().optional(),
  build: z.object({ dockerfile: z.string() }).optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
})
const composeFile = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.unknown()).default({}),
  networks: z.record(z.string(), z.unknown()).default({}),
})
const topics = z.array(
  z.object({
    name: z.string(),
    numPartitions: z.number(),
    configEntries: z.record(z.string(), z.string()),
  }),
)
type ComposeFile = z.infer<typeof composeFile>

const readCompose = async () =>
  composeFile.parse(parse(await readFile(join(root, 'docker-compose.yml'), 'utf8')))

/** What a compose file names without having it; the linter's schema does not see that. */
function danglingReferences({ services, volumes, networks }: ComposeFile): string[] {
  return Object.entries(services).flatMap(([name, { depends_on, ...one }]) => {
    const missing = (kind: string, wanted: readonly string[], known: object) =>
      wanted.filter((key) => !Object.hasOwn(known, key)).map((key) => `${name}: ${kind} ${key}`)
    const named = one.volumes
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => !/^[./~]/.test(source))
    const healthy = Object.entries(depends_on).filter(([, { condition }]) => condition === 'service_healthy')
    const hidden = Object.keys(depends_on).filter((other) =>
      services[other]?.profiles.some((profile) => !one.profiles.includes(profile)),
    )
    return [
      ...missing('depends_on', Object.keys(depends_on), services),
      ...missing('volume', named, volumes),
      ...missing('network', one.networks, networks),
      ...healthy
        .filter(([other]) => !services[other]?.healthcheck)
        .map(([other]) => `${name}: health of ${other}`),
      ...hidden.map((other) => `${name}: profile of ${other}`),
    ]
  })
}

test('the compose file has no fault that a linter finds', async () => {
  await run('npx', ['dclint', '--max-warnings', '0', 'docker-compose.yml'], { cwd: root })
})

test.each(['local-runner/Dockerfile', 'e2e/Dockerfile'])(
  '%s has no fault that a linter finds',
  async (file) => {
    await run('npx', ['dockerfilelint', file], { cwd: root })
  },
)

test('every service, volume, network and profile that the compose file names is there', async () => {
  expect(danglingReferences(await readCompose())).toEqual([])
})

test('a reference to something that is not there is found', () => {
  const broken = composeFile.parse({
    services: {
      a: {
        depends_on: { b: { condition: 'service_healthy' }, c: { condition: 'service_started' } },
        volumes: ['lost:/data', './here:/data'],
        networks: ['nowhere'],
      },
      b: { profiles: ['lambda'] },
    },
  })
  expect(danglingReferences(broken)).toEqual([
    'a: depends_on c',
    'a: volume lost',
    'a: network nowhere',
    'a: health of b',
    'a: profile of b',
  ])
})

test('the containers are reachable from this machine alone', async () => {
  const { services } = await readCompose()
  const ports = Object.values(services).flatMap((one) => one.ports)
  expect(ports.length).toBeGreaterThan(0)
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
})

test('the containers start the runner as npm start does, on what is built', async () => {
  const { services } = await readCompose()
  const { scripts } = z
    .object({ scripts: z.object({ start: z.string() }) })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  const start = scripts.start.split(' ').filter((argument) => argument !== 'local-runner/bootstrap.mjs')
  const wanted = [...start, '--prebuilt']
  expect([services.runner?.command].flat().slice(0, wanted.length)).toEqual(wanted)
  const dockerfile = await readFile(join(root, 'local-runner', 'Dockerfile'), 'utf8')
  const [, command = ''] = /^CMD (\[.+\])$/m.exec(dockerfile) ?? []
  expect(JSON.parse(command)).toEqual(wanted)
})

test('the service topics creates the topics of functions/topics.json and of each function', async () => {
  const { services } = await readCompose()
  const [program = '', ...args] = [services['topics']?.command].flat().filter((part) => part !== undefined)
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

test('the runner publishes a port for every function', async () => {
  const { services } = await readCompose()
  const [, first, last] = /:(\d+)-(\d+)$/.exec(services['runner']?.ports.at(-1) ?? '') ?? []
  for (const file of globSync('functions/*/function.json', { cwd: root })) {
    const { port } = z
      .object({ port: z.number() })
      .parse(JSON.parse(await readFile(join(root, file), 'utf8')))
    expect(port, file).toBeGreaterThanOrEqual(Number(first))
    expect(port, file).toBeLessThanOrEqual(Number(last))
  }
})

test('every file that the Dockerfile copies from the project is in the build context', async () => {
  const dockerfile = await readFile(join(root, 'local-runner', 'Dockerfile'), 'utf8')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
    files.split(' '),
  )
  const ignore = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n')
  expect(copied.length).toBeGreaterThan(0)
  expect(copied.filter((file) => !ignore.includes(`!${file}`))).toEqual([])
})

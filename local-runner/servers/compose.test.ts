import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'

const root = join(import.meta.dirname, '..', '..')

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

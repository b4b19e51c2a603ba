import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '../async/wait-until.ts'
import { lockPathIn, readLock } from './lock-file.ts'

// A stand-in for the docker program: no engine is needed to see what is asked of it.
let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'containers-test-'))))
afterEach(async () => await rm(folder, { recursive: true, force: true }))

async function installDocker(script: string) {
  const path = join(folder, 'docker')
  await writeFile(path, `#!/bin/sh\necho "$*" >> '${folder}/calls'\n${script}\n`)
  await chmod(path, 0o755)
}

const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')

function startRunner(path = `${folder}:${env['PATH']}`) {
  const options = JSON.stringify({
    projectDirectory: folder,
    artifactsDirectory: join(folder, 'artifacts'),
    dataDirectory: join(folder, 'data'),
    native: false,
  })
  return spawn(process.execPath, [join(import.meta.dirname, 'hold-servers.ts'), options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: path },
  })
}

async function textOf(stream: AsyncIterable<Buffer>) {
  let text = ''
  for await (const chunk of stream) text += chunk.toString()
  return text
}

test('where a Docker engine answers, its containers are started, and stopped even when the runner is killed', async () => {
  await installDocker('[ "$2" = ps ] && echo redis; exit 0')
  const runner = startRunner()
  const [line] = (await once(createInterface({ input: runner.stdout }), 'line')) as [unknown]
  expect(JSON.parse(String(line))).toMatchObject({
    kafkaBrokers: ['localhost:9092'],
    redisUrl: 'redis://localhost:6379',
  })
  expect((await calls()).at(-1)).toBe('compose up --wait zookeeper kafka redis')

  runner.kill('SIGKILL')
  const stopped = () => readLock(lockPathIn(join(folder, 'data'))) === undefined
  expect(await waitUntil(stopped, { timeoutSeconds: 20 })).toBe(true)
  // Redis ran before, so somebody else may need it.
  expect((await calls()).at(-1)).toBe('compose stop zookeeper kafka')
})

test('where nothing is installed, one message names all that is missing and how to get it', async () => {
  await installDocker('echo "Cannot connect to the Docker daemon"; exit 1')
  await writeFile(join(folder, 'dnf'), '')
  const printed = await textOf(startRunner(folder).stderr)
  expect(printed).toContain(
    'missing  a Docker engine with compose  docker is installed, its engine does not answer',
  )
  expect(printed).toContain('missing  Java 17 or newer              not found')
  expect(printed).toContain('missing  Maven (mvn)                   not found')
  expect(printed).toContain('sudo dnf install -y java-17-openjdk-headless maven')
})

test('when the containers cannot be started, the reason is printed and the servers are started without Docker', async () => {
  await installDocker('[ "$2" = up ] && echo "port is already allocated" && exit 1; exit 0')
  const printed = await textOf(startRunner(folder).stderr)
  expect(printed).toContain('docker compose up failed:\nport is already allocated')
  expect(printed).toContain('Starting the servers without Docker instead')
  expect(await calls()).toContain('compose stop zookeeper kafka redis')
})

test('when Maven fails, its own words are shown with the next step', async () => {
  for (const [name, script] of [
    ['java', 'echo openjdk version \\"17.0.1\\"'],
    ['mvn', '[ "$1" = -version ] || { echo "Could not transfer artifact"; exit 1; }'],
  ] as const) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, name), 0o755)
  }
  const printed = await textOf(startRunner(folder).stderr)
  expect(printed).toContain('Could not transfer artifact')
  expect(printed).toContain('~/.m2/settings.xml')
})

test('--fresh removes the containers with their volumes before it starts them', async () => {
  await installDocker('[ "$2" = up ] && exit 1; exit 0')
  const main = join(import.meta.dirname, '..', 'main.ts')
  // No address of this machine: it ends as soon as it listens.
  const env = { PATH: folder, RUNNER_DATA_DIR: join(folder, 'data'), HOST: '192.0.2.1' }
  const runner = spawn(process.execPath, [main, '--prebuilt', '--fresh', '--yes'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  })
  expect(await textOf(runner.stdout)).toContain('the volumes of docker-compose.yml')
  expect(await calls()).toContain('compose down --volumes')
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startStack } from '../local-runner/stack/stack.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port each */
    readonly kafkaBrokers: readonly string[]
    /** redis://host:port; has 64 databases, so that test files can keep out of each other's way */
    readonly redisUrl: string
  }
}

/** Starts the tests' own Kafka and Redis on free ports with throw-away data. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const projectDirectory = join(import.meta.dirname, '..')
  const dataDirectory = await mkdtemp(join(tmpdir(), 'order-pipeline-test-'))
  const { kafkaBrokers, redisUrl, stop } = await startStack({
    kafkaVersion: '4.3.1',
    projectDirectory,
    artifactsDirectory: join(projectDirectory, '.local', 'artifacts'),
    dataDirectory,
    portOffset: 0,
    anyPorts: true,
    native: true,
    say: (line) => console.log(line),
    onDeath: (what) => console.error(what),
  })
  project.provide('kafkaBrokers', kafkaBrokers)
  project.provide('redisUrl', redisUrl)
  return async () => {
    await stop()
    await rm(dataDirectory, { recursive: true, force: true })
  }
}

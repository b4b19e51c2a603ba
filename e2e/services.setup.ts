import type { TestProject } from 'vitest/node'
import { startTestStack } from './testing/test-stack.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port each */
    readonly kafkaBrokers: readonly string[]
    /** redis://host:port; has 64 databases, so that test files can keep out of each other's way */
    readonly redisUrl: string
  }
}

/** Starts one Kafka and one Redis for all unit tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { kafkaBrokers, redisUrl, stop } = await startTestStack('4.3.1')
  project.provide('kafkaBrokers', kafkaBrokers)
  project.provide('redisUrl', redisUrl)
  return stop
}

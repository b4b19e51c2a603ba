import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { KAFKA_VERSIONS } from '../local-runner/servers/kafka-release.ts'
import { orderReaders } from './testing/built-functions.ts'
import { produce } from './testing/kafka-records.ts'
import { nextPortOffset, type RunnerProcess, startRunnerProcess } from './testing/runner-process.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

const [kafkaVersion] = KAFKA_VERSIONS
const letterTopics = orderReaders.map(({ name }) => `order-topic.${name}.dlq`)
const main = join(import.meta.dirname, '..', 'local-runner', 'cli', 'dlq', 'main.ts')

const topicList = z.object({
  items: z.array(z.object({ topic: z.string(), total: z.number(), waiting: z.number() })),
})
const mappingList = z.object({ items: z.array(z.object({ topic: z.string(), lag: z.number() })) })

let stack: TestStack
let runner: RunnerProcess
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  stack = await startTestStack(kafkaVersion)
  const PORT_OFFSET = String(nextPortOffset())
  const KAFKA_BROKERS = stack.kafkaBrokers.join()
  runner = await startRunnerProcess({ KAFKA_BROKERS, REDIS_URL: stack.redisUrl, PORT_OFFSET })
  env = { PATH: process.env.PATH, PORT_OFFSET, KAFKA_BROKERS }
})

afterAll(async () => {
  await runner.stop()
  await stack.stop()
})

const get = async (path: string): Promise<unknown> => (await fetch(`${runner.url(8080)}/api${path}`)).json()

/** Of the functions that read order-topic. */
async function counts() {
  const { items } = topicList.parse(await get('/dead-letters'))
  return letterTopics.map((topic) => items.find((one) => one.topic === topic))
}

async function untilAllIsRead() {
  await waitFor(
    async () => mappingList.parse(await get('/mappings')).items,
    (items) => items.every(({ lag }) => lag === 0),
  )
}

/** As `npm run dlq --`, with nobody to answer a question. */
const dlq = (...args: readonly string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    )
    child.stdin?.end()
  })

test('one bad record is one dead letter for each function, however often all are redriven', async () => {
  await produce(stack.kafkaBrokers, 'order-topic', [{ key: 'bad', value: '{' }])
  for (const total of [1, 2, 3, 4]) {
    const expected = letterTopics.map((topic) => ({ topic, total, waiting: 1 }))
    await waitFor(counts, (found) => found.every((one) => (one?.total ?? 0) >= total))
    await untilAllIsRead()
    expect(await counts()).toEqual(expected)
    for (const topic of letterTopics) {
      const { code } = await dlq('redrive', topic, '--all')
      // The fourth time is refused, and the letter waits.
      expect([topic, total, code]).toEqual([topic, total, total === 4 ? 1 : 0])
    }
  }
})

test('a letter that waits no longer because it was discarded shows why', async () => {
  const [topic = ''] = letterTopics
  const asked = await dlq('discard', topic, '--all', '--reason', 'a test order')
  expect(asked).toMatchObject({ code: 1, output: expect.stringContaining('add --yes') as unknown })
  const { code, output } = await dlq('discard', topic, '--all', '--reason', 'a test order', '--yes')
  expect(code, output).toBe(0)
  expect((await dlq('list')).output).toContain(`${topic}  0 waiting`)
  expect((await dlq('show', topic)).output).toMatch(/discarded .*: a test order/)
})

test('skip asks the running mapping, which refuses a record that its group is past', async () => {
  const consumerGroupId = orderReaders[0]?.triggers.kafka[0]?.consumerGroupId ?? ''
  const { code, output } = await dlq(
    'skip',
    'order-topic',
    '0',
    '999999',
    '--group',
    consumerGroupId,
    '--yes',
  )
  expect(output).toContain('It was not skipped: the mapping has not fetched it yet')
  expect(code).toBe(1)
})

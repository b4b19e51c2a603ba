import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { environmentVariables } from '../local-runner/lambda/environment-variables.ts'
import { toLogging } from '../local-runner/lambda/logging.ts'
import { parseManifest } from '../local-runner/manifest/manifest.ts'
import { startExternalClient } from '../local-runner/testing/external-client.ts'
import { missingRuntimeClient } from '../local-runner/testing/runtime-client.ts'
import { nextPortOffset, type RunnerProcess, startRunnerProcess } from './testing/runner-process.ts'
import { createShop } from './testing/shop.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

const dist = join(import.meta.dirname, '..', 'dist')

/** Each function is asked over HTTP, and three of them work on what the first wrote to Kafka. */
async function expectAnOrderToRunThrough(runner: RunnerProcess, sku: string) {
  const shop = createShop(runner)
  await shop.createStock(sku, 5)
  const before = await shop.summary()
  const placed = await shop.placeOrder({ customerId: 'c-42', lines: [{ sku, quantity: 2 }] })
  expect(placed.status).toBe(201)
  const orderId = String(placed.body.orderId)
  await waitFor(
    () => shop.order(orderId),
    ({ status }) => status === 'CONFIRMED',
  )
  expect(await shop.stock(sku)).toMatchObject({ onHand: 3, reserved: 0, sold: 2 })
  await waitFor(
    () => shop.notifications(orderId),
    (items) => items.filter(({ status }) => status === 'SENT').length === 2,
  )
  await waitFor(shop.summary, ({ orders }) => orders.confirmed === before.orders.confirmed + 1)
}

describe("AWS's own runtime client", () => {
  if (missingRuntimeClient !== undefined) {
    test.runIf(process.env.CI)('can be tried', () => expect.fail(missingRuntimeClient))
    test.skip(`is not tried: ${missingRuntimeClient}`)
    return
  }

  let stack: TestStack
  beforeAll(async () => {
    stack = await startTestStack('4.3.1')
  })
  afterAll(() => stack.stop())

  const variables = (portOffset: number) => ({
    KAFKA_BROKERS: stack.kafkaBrokers.join(),
    REDIS_URL: stack.redisUrl,
    PORT_OFFSET: String(portOffset),
  })

  test('runs every bundle as child processes of the runner', async () => {
    const runner = await startRunnerProcess(variables(nextPortOffset()), ['--environment=process'])
    onTestFinished(async () => void (await runner.stop()))
    await expectAnOrderToRunThrough(runner, 'RIC-1')
    expect(await runner.stop()).toBe(0)
  })

  test('runs every bundle as programs of their own that connect to the Runtime API', async () => {
    const portOffset = nextPortOffset()
    const { functions } = parseManifest(JSON.parse(await readFile(join(dist, 'manifest.json'), 'utf8')))
    const own = { ...variables(portOffset), SMTP_URL: `smtp://127.0.0.1:${1025 + portOffset}` }
    for (const { name, port, handler, memorySize, maxConcurrency, loggingConfig } of functions) {
      const taskRoot = join(dist, name)
      const logging = toLogging(loggingConfig, maxConcurrency)
      const client = startExternalClient({
        taskRoot,
        address: `127.0.0.1:${port + portOffset + 1000}`,
        env: environmentVariables(
          { functionName: name, memorySizeMb: memorySize, handler, taskRoot, maxConcurrency, logging, own },
          'external',
        ),
      })
      onTestFinished(client.stop)
    }
    const runner = await startRunnerProcess(variables(portOffset), ['--environment=external'])
    onTestFinished(async () => void (await runner.stop()))
    await expectAnOrderToRunThrough(runner, 'RIC-2')
    expect(await runner.stop()).toBe(0)
  })
})

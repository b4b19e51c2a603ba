import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nextPortOffset, type RunnerProcess, startRunnerProcess } from './testing/runner-process.ts'
import { createShop } from './testing/shop.ts'
import { waitFor } from './testing/wait-for.ts'

// What `npm start` does where there is no Docker engine: the runner starts ZooKeeper, Kafka and Redis itself.
let dataDirectory: string
let runner: RunnerProcess
const start = (...args: readonly string[]) =>
  startRunnerProcess({ RUNNER_DATA_DIR: dataDirectory, PORT_OFFSET: portOffset }, args)
const portOffset = String(nextPortOffset())

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'order-pipeline-start-'))
  runner = await start()
})

afterAll(async () => {
  await runner.stop()
  await rm(dataDirectory, { recursive: true, force: true })
})

/** Command lines of processes that work on this test's data. */
const servers = () =>
  execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8', maxBuffer: 1 << 24 })
    .split('\n')
    .filter((line) => line.includes(dataDirectory))

const order = (orderId: string) => ({ orderId, customerId: 'c-1', lines: [{ sku: 'SKU-005', quantity: 1 }] })

test('Ctrl-C stops everything, and the next start finds the orders again', async () => {
  expect((await createShop(runner).placeOrder(order('kept'))).status).toBe(201)
  await waitFor(
    () => createShop(runner).order('kept'),
    ({ status }) => status === 'CONFIRMED',
  )

  expect(await runner.stop()).toBe(0)
  expect(servers()).toEqual([])

  runner = await start()
  expect(await createShop(runner).order('kept')).toMatchObject({ status: 'CONFIRMED' })
  expect((await createShop(runner).placeOrder(order('kept'))).headers.get('idempotent-replayed')).toBe('true')
})

test('a runner killed with -9 leaves nothing running, and what it had accepted is carried on by the next', async () => {
  expect((await createShop(runner).placeOrder(order('before-kill'))).status).toBe(201)
  await runner.kill()
  await waitFor(
    async () => servers(),
    (left) => left.length === 0,
  )

  runner = await start()
  const shop = createShop(runner)
  await waitFor(
    () => shop.order('before-kill'),
    ({ status }) => status === 'CONFIRMED',
  )
  await waitFor(shop.summary, ({ orders }) => orders.confirmed === 2)
  expect(await shop.stock('SKU-005')).toMatchObject({ reserved: 0, sold: 2 })
})

test('--fresh begins with nothing, after a yes, and never under another runner', async () => {
  await expect(start('--fresh', '--yes')).rejects.toThrow(/Another runner \(process \d+\) already uses/)
  expect(await createShop(runner).order('kept')).toMatchObject({ status: 'CONFIRMED' })
  await runner.stop()

  // This is no terminal.
  await expect(start('--fresh')).rejects.toThrow(/All orders, .* will be deleted:[^]*add --yes/)
  runner = await start()
  expect(await createShop(runner).order('kept')).toMatchObject({ status: 'CONFIRMED' })
  await runner.stop()

  runner = await start('--fresh', '--yes')
  const shop = createShop(runner)
  expect((await shop.call(`${runner.url(8081)}/orders/kept`)).status).toBe(404)
  expect(await shop.stock('SKU-005')).toMatchObject({ sold: 0 })
  expect(await shop.summary()).toMatchObject({ orders: { placed: 0 } })
})

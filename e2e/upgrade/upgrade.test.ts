import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { createMailCatcher } from '../../local-runner/mail/mail-catcher.ts'
import { CANCELLED, CONFIRMED, PLACED } from '../../shared/orders/order-event.ts'
import { createKafkaLog } from '../chaos/evidence/kafka-log.ts'
import { nextPortOffset, type RunnerProcess, startRunnerProcess } from '../testing/runner-process.ts'
import { createShop, type Shop } from '../testing/shop.ts'
import { kafkaPid, startTestStack } from '../testing/test-stack.ts'
import { waitFor } from '../testing/wait-for.ts'
import { type PreviousVersion, unpackPreviousVersion } from './previous-version.ts'

const ORDERS = 40
const UNITS = 1000
const DRAIN_LIMIT_MS = 90_000
const TEST_LIMIT_MS = 300_000

let previous: PreviousVersion
beforeAll(async () => void (previous = await unpackPreviousVersion()))
afterAll(() => previous.remove())

const orderOf = (index: number) => ({
  orderId: `order-${index}`,
  customerId: `c-${index % 7}`,
  lines: [{ sku: 'UP-1', quantity: (index % 3) + 1 }],
})
const unitsOf = (index: number) => (index % 3) + 1
const isCancelled = (index: number) => index % 5 === 0
const ALL = Array.from({ length: ORDERS }, (_, index) => index)

/** A mail that was being sent when the runner was killed is not sent again. */
const DONE = new Set(['SENT', 'INDETERMINATE'])
const deadLetters = z.object({ items: z.array(z.object({ topic: z.string(), total: z.number() })) })
const mappings = z.object({
  items: z.array(z.object({ functionName: z.string(), recordsFetched: z.number() })),
})

/** Records that each function of a runner has been given. */
async function fetchedBy({ url }: RunnerProcess): Promise<ReadonlyMap<string, number>> {
  const { items } = mappings.parse(await (await fetch(`${url(8080)}/api/mappings`)).json())
  const given = new Map<string, number>()
  for (const { functionName, recordsFetched } of items) {
    given.set(functionName, (given.get(functionName) ?? 0) + recordsFetched)
  }
  return given
}

const cancel = (shop: Shop, { url }: RunnerProcess, orderId: string) =>
  shop.call(`${url(8081)}/orders/${orderId}/cancel`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })

const history = z.object({ items: z.array(z.unknown()) })

const eventsOf = async (
  { shop, runner }: { readonly shop: Shop; readonly runner: RunnerProcess },
  orderId: string,
) => history.parse((await shop.call(`${runner.url(8081)}/orders/${orderId}/events`)).body).items

const reconcileCheck = (portOffset: string): Promise<string> =>
  new Promise((resolve) => {
    const cli = join(import.meta.dirname, '..', '..', 'local-runner', 'cli', 'reconcile', 'main.ts')
    execFile(
      process.execPath,
      [cli, '--check'],
      { env: { PATH: process.env.PATH, PORT_OFFSET: portOffset } },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    )
  })

test(
  'both versions work at once on one store and one log, in the same groups, orders through either',
  { timeout: TEST_LIMIT_MS },
  async () => {
    const stack = await startTestStack('4.3.1')
    const mail = createMailCatcher({ capacity: Infinity, now: () => Date.now() })
    const env = {
      KAFKA_BROKERS: stack.kafkaBrokers.join(),
      REDIS_URL: stack.redisUrl,
      SMTP_URL: `smtp://127.0.0.1:${await mail.listen(0, '127.0.0.1')}`,
    }
    const kafka = createKafkaLog(stack.kafkaBrokers[0] ?? '')
    const newOffset = String(nextPortOffset())
    const runners: RunnerProcess[] = []
    try {
      const old = await startRunnerProcess(
        { ...env, PORT_OFFSET: String(nextPortOffset()) },
        [],
        previous.directory,
      )
      runners.push(old)
      const current = await startRunnerProcess({ ...env, PORT_OFFSET: newOffset })
      runners.push(current)
      const sides = [old, current].map((runner) => ({ runner, shop: createShop(runner) }))
      const side = (index: number) => sides[index % 2] ?? expect.unreachable()
      expect((await side(0).shop.createStock('UP-1', UNITS)).status).toBe(201)
      expect((await side(1).shop.createStock('UP-2', UNITS)).status).toBe(201)

      for (const index of ALL) {
        const request = orderOf(index)
        const placed = await side(index).shop.placeOrder(request)
        expect(placed.status).toBe(201)
        const again = await side(index + 1).shop.placeOrder(request)
        expect(again).toMatchObject({ status: 201, body: placed.body })
        expect(again.headers.get('idempotent-replayed')).toBe('true')
        if (isCancelled(index)) {
          const { shop, runner } = side(index + 1)
          expect((await cancel(shop, runner, request.orderId)).status).toBeLessThan(300)
        }
      }
      for (const index of ALL) {
        await waitFor(
          () => side(index + 1).shop.order(`order-${index}`),
          ({ status }) => status === (isCancelled(index) ? 'CANCELLED' : 'CONFIRMED'),
          DRAIN_LIMIT_MS,
        )
      }
      // The store may be ahead of the log for a moment, and the log of its readers.
      const events = (await Promise.all(ALL.map((index) => eventsOf(side(index), `order-${index}`)))).flat()
      // An event that was not acknowledged in time is published again.
      const readLog = async () => [
        ...new Map((await kafka.readLog()).events.map((event) => [event.eventId, event])).values(),
      ]
      const log = await waitFor(readLog, ({ length }) => length === events.length, DRAIN_LIMIT_MS)
      await waitFor(kafka.lag, (lag) => lag === 0, DRAIN_LIMIT_MS)
      expect(await kafka.deadLetters()).toEqual([])

      for (const { runner } of sides) {
        const given = await fetchedBy(runner)
        for (const name of ['stock', 'notification', 'analytics']) expect(given.get(name)).toBeGreaterThan(0)
      }
      const sold = ALL.filter((index) => !isCancelled(index)).reduce((sum, index) => sum + unitsOf(index), 0)
      const countOf = (wanted: string) => log.filter(({ type }) => type === wanted).length
      for (const { shop } of sides) {
        expect(await shop.stock('UP-1')).toMatchObject({ onHand: UNITS - sold, reserved: 0, sold })
        expect(await shop.stock('UP-2')).toMatchObject({ onHand: UNITS })
        expect(await shop.summary()).toMatchObject({
          orders: { placed: ORDERS, confirmed: countOf(CONFIRMED), cancelled: countOf(CANCELLED) },
          customers: 7,
        })
      }
      expect(countOf(PLACED)).toBe(ORDERS)
      const messageIds = (await mail.mails()).map(({ messageId }) => messageId)
      expect(messageIds).toHaveLength(log.length)
      expect(new Set(messageIds).size).toBe(log.length)
      expect(await reconcileCheck(newOffset)).toContain('Equal to the log.')
    } finally {
      await Promise.all(runners.map((runner) => runner.stop()))
      await mail.stop()
      await stack.stop()
    }
  },
)

test(
  'a data folder that the previous version left in the middle of its work is drained by this one',
  { timeout: TEST_LIMIT_MS },
  async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'upgrade-'))
    const portOffset = String(nextPortOffset())
    const env = { RUNNER_DATA_DIR: dataDirectory, PORT_OFFSET: portOffset, KAFKA_VERSION: '4.3.1' }
    let runner = await startRunnerProcess(env, [], previous.directory)
    try {
      const old = createShop(runner)
      expect((await old.createStock('UP-1', UNITS)).status).toBe(201)
      const half = ORDERS / 2
      const first = await Promise.all(ALL.slice(0, half).map((index) => old.placeOrder(orderOf(index))))
      expect(new Set(first.map(({ status }) => status))).toEqual(new Set([201]))
      // From here on events stay in the outbox, and the consumers stand wherever they are.
      const kafka = kafkaPid(dataDirectory)
      process.kill(kafka, 'SIGSTOP')
      const second = await Promise.all(ALL.slice(half).map((index) => old.placeOrder(orderOf(index))))
      expect(new Set(second.map(({ status }) => status))).toEqual(new Set([202]))
      const confirmed = await Promise.all(
        ALL.map(async (index) => (await old.order(`order-${index}`)).status),
      )
      expect(confirmed).toContain('ACCEPTED')
      await runner.kill()
      process.kill(kafka, 'SIGCONT')

      runner = await startRunnerProcess(env)
      const shop = createShop(runner)
      for (const index of ALL) {
        await waitFor(
          () => shop.order(`order-${index}`),
          ({ status }) => status === 'CONFIRMED',
          DRAIN_LIMIT_MS,
        )
      }
      const sold = ALL.reduce((sum, index) => sum + unitsOf(index), 0)
      expect(await shop.stock('UP-1')).toMatchObject({ onHand: UNITS - sold, reserved: 0, sold })
      await waitFor(shop.summary, ({ orders }) => orders.confirmed === ORDERS, DRAIN_LIMIT_MS)
      expect(await shop.summary()).toMatchObject({ orders: { placed: ORDERS, cancelled: 0 }, customers: 7 })
      for (const index of ALL) {
        await waitFor(
          () => shop.notifications(`order-${index}`),
          (told) => told.length === 2 && told.every(({ status }) => DONE.has(status)),
          DRAIN_LIMIT_MS,
        )
      }
      const { items } = deadLetters.parse((await shop.call(`${runner.url(8080)}/api/dead-letters`)).body)
      expect(items.filter(({ total }) => total > 0)).toEqual([])
      expect(await reconcileCheck(portOffset)).toContain('Equal to the log.')
    } finally {
      await runner.stop()
      await rm(dataDirectory, { recursive: true, force: true })
    }
  },
)

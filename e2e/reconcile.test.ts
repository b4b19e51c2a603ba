import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { startJavaClient } from '../local-runner/testing/java-client/java-client.ts'
import { consume } from './testing/kafka-records.ts'
import { environmentOn, type RunnerProcess, startRunnerProcess } from './testing/runner-process.ts'
import { type Answer, createShop, type Shop } from './testing/shop.ts'
import { startTestStack, type TestStack } from './testing/test-stack.ts'
import { waitFor } from './testing/wait-for.ts'

const ORDERS = 200
const CONNECTIONS = 10
const FLUSH_AFTER = 120
const UNITS = 1000
const CLI = join(import.meta.dirname, '..', 'local-runner', 'cli', 'reconcile', 'main.ts')

let stack: TestStack
let env: Readonly<Record<string, string>>
let runner: RunnerProcess
let shop: Shop
let redis: Redis

beforeAll(async () => {
  stack = await startTestStack('4.3.1')
  env = environmentOn(stack)
  runner = await startRunnerProcess(env)
  shop = createShop(runner)
  redis = new Redis(stack.redisUrl)
})

afterAll(async () => {
  redis.disconnect()
  await runner.stop()
  await stack.stop()
})

/** The command asks the runner where Kafka is. */
const cliEnv = () => ({ PATH: process.env.PATH, PORT_OFFSET: env.PORT_OFFSET })

/** What the command prints, with its exit code. */
const runReconcile = (...args: string[]): Promise<{ readonly code: number; readonly output: string }> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args], { env: cliEnv() }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })

const logged = z.object({
  eventId: z.string(),
  orderId: z.string(),
  type: z.string(),
  customerId: z.string(),
})
const STATUS: Readonly<Record<string, string>> = {
  'com.example.order.placed.v1': 'ACCEPTED',
  'com.example.order.confirmed.v1': 'CONFIRMED',
  'com.example.order.cancelled.v1': 'CANCELLED',
}

/** The events of the log, each once, and each order's last. */
async function readLog() {
  const records = await consume(stack.kafkaBrokers, 'order-topic', await recordsOf('order-topic'))
  const events = new Map(
    records.map(({ value }) => logged.parse(JSON.parse(value ?? ''))).map((event) => [event.eventId, event]),
  )
  const ends = new Map<string, string>()
  for (const { orderId, eventId, type } of events.values()) {
    const sequence = Number(eventId.split(':')[1])
    const known = Number(ends.get(orderId)?.split(' ')[0] ?? 0)
    if (sequence > known) ends.set(orderId, `${sequence} ${STATUS[type]}`)
  }
  const states = new Map([...ends].map(([orderId, end]) => [orderId, end.split(' ')[1] ?? '']))
  return { events: [...events.values()], states }
}

async function recordsOf(topic: string): Promise<number> {
  const admin = new Kafka({ brokers: [...stack.kafkaBrokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0)
  } finally {
    await admin.disconnect()
  }
}

/** Every key with its content, but for the relay's own clock. */
async function wholeRedis(): Promise<Readonly<Record<string, unknown>>> {
  const keys = (await redis.keys('*')).filter((key) => key !== '{stock}:due').sort()
  const contents = await Promise.all(keys.map(contentOf))
  return Object.fromEntries(keys.map((key, index) => [key, contents[index]]))
}

async function contentOf(key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'hash':
      return redis.hgetall(key)
    case 'set':
      return (await redis.smembers(key)).sort()
    case 'zset':
      return redis.zrange(key, 0, '-1', 'WITHSCORES')
    default:
      return redis.get(key)
  }
}

const adjust = (sku: string, key: string, delta: number) =>
  shop.call(`${runner.url(8082)}/stock/${sku}/adjustments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ delta, reason: 'stock-taking' }),
  })
const cancel = (orderId: string) =>
  shop.call(`${runner.url(8081)}/orders/${orderId}/cancel`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
const requestOf = (index: number) => ({
  customerId: `c-${index % 20}`,
  lines: [{ sku: `LOG-${(index % 3) + 1}`, quantity: (index % 4) + 1 }],
})
const place = (index: number) => shop.placeOrder(requestOf(index), { 'idempotency-key': `k-${index}` })

/** Orders from many connections, every fifth one cancelled, and Redis emptied in the middle of it. */
async function sellUntilRedisIsLost(): Promise<ReadonlyMap<number, Answer>> {
  const waiting = Array.from({ length: ORDERS }, (_, index) => index).reverse()
  const answers = new Map<number, Answer>()
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
        const answer = await place(index)
        answers.set(index, answer)
        if (answers.size === FLUSH_AFTER) await redis.flushall()
        else if (index % 5 === 0 && answer.status === 201) await cancel(String(answer.body.orderId))
      }
    }),
  )
  return answers
}

test('row 24: an emptied Redis comes back equal to the log, no mail goes out twice, and a second run changes nothing', async () => {
  for (const sku of ['LOG-1', 'LOG-2', 'LOG-3']) await shop.createStock(sku, UNITS)
  const adjusted = await adjust('LOG-1', 'a-1', 5)
  expect(adjusted).toMatchObject({ status: 200, body: { onHand: UNITS + 5 } })
  await adjust('LOG-2', 'a-2', -10)

  const answers = await sellUntilRedisIsLost()
  const accepted = [...answers].filter(([, { status }]) => status === 201)
  expect(accepted.length).toBeGreaterThanOrEqual(FLUSH_AFTER - 2 * CONNECTIONS)
  const check = await runReconcile('--check')
  expect(check.output).toContain('differences from the log')
  expect(check.code).toBe(1)

  const first = await runReconcile()
  expect(first.output).toContain('Equal to the log.')
  expect(first.code).toBe(0)

  const { events, states } = await readLog()
  for (const [, { body }] of accepted) expect(states.has(String(body.orderId))).toBe(true)
  for (const [orderId, status] of states) expect(await shop.order(orderId)).toMatchObject({ status })
  expect([...states.values()].every((status) => status === 'CONFIRMED' || status === 'CANCELLED')).toBe(true)
  expect([...states.values()]).toContain('CANCELLED')

  const received = [UNITS + 5, UNITS - 10, UNITS]
  const indexOf = new Map(accepted.map(([index, { body }]) => [String(body.orderId), index]))
  const unitsSold = [0, 0, 0]
  for (const [orderId, status] of states) {
    const index = indexOf.get(orderId) ?? Number.NaN
    if (status === 'CONFIRMED') unitsSold[index % 3] = (unitsSold[index % 3] ?? 0) + (index % 4) + 1
  }
  for (const [at, sku] of ['LOG-1', 'LOG-2', 'LOG-3'].entries()) {
    const sold = unitsSold[at] ?? 0
    expect(await shop.stock(sku)).toMatchObject({ sold, reserved: 0, onHand: (received[at] ?? 0) - sold })
  }

  const countOf = (status: string) => events.filter(({ type }) => STATUS[type] === status).length
  expect(await shop.summary()).toMatchObject({
    orders: { placed: countOf('ACCEPTED'), confirmed: countOf('CONFIRMED'), cancelled: countOf('CANCELLED') },
    customers: new Set(events.map(({ customerId }) => customerId)).size,
  })
  const list = await shop.call(`${runner.url(8081)}/orders?customerId=c-1&limit=100`)
  expect(list.body.items).toHaveLength(
    events.filter(({ customerId, type }) => customerId === 'c-1' && STATUS[type] === 'ACCEPTED').length,
  )

  for (const [orderId] of states) {
    const subjects = (await shop.mailsTo(orderId)).map(({ subject }) => subject)
    expect(new Set(subjects).size).toBe(subjects.length)
    const told = await shop.notifications(orderId)
    expect(told).toHaveLength(events.filter((event) => event.orderId === orderId).length)
  }

  const before = await wholeRedis()
  const mailsBefore = (await shop.call(`${runner.url(8080)}/api/mails`)).body
  const second = await runReconcile()
  expect(second.output).toContain('Nothing was missing.')
  expect(second.code).toBe(0)
  expect(await wholeRedis()).toEqual(before)
  expect((await shop.call(`${runner.url(8080)}/api/mails`)).body).toEqual(mailsBefore)

  const [[index = 0, { body: firstBody } = { body: {} }] = []] = accepted
  const again = await place(index)
  expect(again).toMatchObject({ status: 201, body: firstBody })
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  const other = { ...requestOf(index), lines: [{ sku: 'LOG-1', quantity: 9 }] }
  expect(await shop.placeOrder(other, { 'idempotency-key': `k-${index}` })).toMatchObject({ status: 422 })
  const adjustedAgain = await adjust('LOG-1', 'a-1', 5)
  expect(adjustedAgain).toMatchObject({ status: 200, body: adjusted.body })
  expect(adjustedAgain.headers.get('idempotent-replayed')).toBe('true')

  const fresh = await shop.placeOrder({ customerId: 'c-new', lines: [{ sku: 'LOG-1', quantity: 1 }] })
  expect(fresh.status).toBe(201)
  await waitFor(
    () => shop.order(String(fresh.body.orderId)),
    ({ status }) => status === 'CONFIRMED',
  )
  expect((await runReconcile('--check')).code).toBe(0)
})

test('a comparison names what disagrees and changes nothing', async () => {
  await redis.hincrby('{s:LOG-1}:stk', 'sold', 3)
  const before = await wholeRedis()
  const { code, output } = await runReconcile('--check')
  expect(code).toBe(1)
  expect(output).toContain('units of LOG-1 sold')
  expect(await wholeRedis()).toEqual(before)
  await redis.hincrby('{s:LOG-1}:stk', 'sold', -3)
})

/** Ends a run with a signal as soon as the shop is frozen. */
async function reconcileUntilFrozen(signal: NodeJS.Signals) {
  const child = spawn(process.execPath, [CLI], { env: cliEnv() })
  const closed = once(child, 'close')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (text.includes('Frozen')) child.kill(signal)
    })
  }
  const [code, endedBy] = (await closed) as [number | null, NodeJS.Signals | null]
  return { code, endedBy, output }
}

const request = { customerId: 'c-1', lines: [{ sku: 'LOG-1', quantity: 1 }] }

test('a run that is killed half-way leaves the shop frozen, which the next one sees, carries on and ends', async () => {
  await redis.flushall()
  expect(await reconcileUntilFrozen('SIGKILL')).toMatchObject({ endedBy: 'SIGKILL' })
  expect(await shop.placeOrder(request)).toMatchObject({ status: 503 })
  expect((await runReconcile('--check')).output).toContain('The shop is frozen already')
  const { code, output } = await runReconcile()
  expect(output).toContain('The shop is frozen already')
  expect(output).toContain('Equal to the log.')
  expect(code).toBe(0)
  expect(await shop.placeOrder(request)).toMatchObject({ status: 201 })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'a run that is ended by %s says that the shop stays frozen, and --thaw opens it once it is told yes',
  async (signal, exitCode) => {
    const stopped = await reconcileUntilFrozen(signal)
    expect(stopped.code).toBe(exitCode)
    expect(stopped.output).toContain(`Stopped by ${signal}. The shop stays frozen`)
    expect(stopped.output).toContain('npm run reconcile -- --thaw')
    expect(await shop.placeOrder(request)).toMatchObject({ status: 503 })

    const unasked = await runReconcile('--thaw')
    expect(unasked.code).toBe(1)
    expect(unasked.output).toContain('add --yes')
    expect(await shop.placeOrder(request)).toMatchObject({ status: 503 })

    const thawed = await runReconcile('--thaw', '--yes')
    expect(thawed.code).toBe(0)
    expect(thawed.output).toContain('The shop is open. What to do next')
    expect(await shop.placeOrder(request)).toMatchObject({ status: 201 })
    expect((await runReconcile('--thaw')).output).toContain('nothing is frozen')
  },
)

test('partitions that end in aborted records, and an open transaction, hold no reconcile up', async () => {
  const java = await startJavaClient(stack.kafkaBrokers)
  const newProducer = (transactionalId: string) => java.createProducer({ transactionalId })
  const aborting = await newProducer('foreign-1')
  const records = Array.from({ length: 12 }, (_, partition) => ({ partition, key: 'k', value: 'no event' }))
  await aborting.begin()
  await aborting.send('order-topic', records)
  await aborting.abort()
  const after = await runReconcile()
  expect(after.output).toContain('Equal to the log.')
  expect(after.code).toBe(0)

  // Left open: Kafka aborts it in its time.
  const crashing = await newProducer('foreign-2')
  await crashing.begin()
  await crashing.send('order-topic', records)
  const during = await runReconcile()
  expect(during.output).toContain('as transactions are open: the records from order-topic-')
  expect(during.output).toContain('Equal to the log.')
  expect(during.code).toBe(0)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { createMailCatcher } from '../local-runner/mail/mail-catcher.ts'
import { parseOrderEvent, PLACED } from '../shared/orders/order-event.ts'
import { toRecord } from '../shared/orders/order-record.ts'
import { gatherEvidence } from './chaos/evidence/gather-evidence.ts'
import { createKafkaLog, type KafkaLog } from './chaos/evidence/kafka-log.ts'
import { type Runners, startRunners } from './chaos/runners.ts'
import { orderReaders } from './testing/built-functions.ts'
import { type FaultStack, startFaultStack } from './testing/fault-stack.ts'
import { freePortOffset } from './testing/free-port-offset.ts'
import { produce } from './testing/kafka-records.ts'
import { type Answer, createShop, type Shop } from './testing/shop.ts'
import { waitFor } from './testing/wait-for.ts'

// Kafka or Redis is away for longer than any request waits, with orders coming in all the time. The other half of row 21,
// away for longer than the outbox may be old, is in order-life.test.ts.

/** Longer than all that a request waits for. */
const KAFKA_AWAY_MS = 3000
const CLIENTS = 2
/** A request to a paused Redis is answered within a second; a client that waits for two of those must not give up. */
const CLIENT_LIMIT_MS = 2000
/** After a minute without Kafka the oldest order was once not confirmed within another, on a busy machine. */
const DRAIN_LIMIT_MS = 150_000
const TEST_LIMIT_MS = 2 * DRAIN_LIMIT_MS
const UNITS = 100_000

let directory: string
let stack: FaultStack
let kafka: KafkaLog
let runners: Runners
let shop: Shop
const mail = createMailCatcher({ capacity: Infinity, now: () => Date.now() })
const surprises: string[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outages-'))
  stack = await startFaultStack({
    artifactsDirectory: join(import.meta.dirname, '..', '.local', 'artifacts'),
    dataDirectory: directory,
  })
  kafka = createKafkaLog(stack.kafka.broker)
  runners = await startRunners({
    env: {
      KAFKA_BROKERS: stack.kafka.broker,
      REDIS_URL: stack.redis.url,
      SMTP_URL: `smtp://127.0.0.1:${await mail.listen(0, '127.0.0.1')}`,
    },
    portOffsets: [await freePortOffset()],
    directory,
    rewindGroups: kafka.rewind,
    keepOutput: () => undefined,
    onDeath: (what) => surprises.push(what),
  })
  shop = createShop({ url: (port) => runners.urls(port)[0] })
  await shop.createStock('OUT-1', UNITS)
  await waitFor(
    () => place('warm'),
    ({ status }) => status === 201,
  )
})

afterAll(async () => {
  await runners.stop()
  await mail.stop()
  await stack.stop()
  await rm(directory, { recursive: true, force: true })
})

const place = (orderId: string): Promise<Answer> =>
  shop.call(`${runners.urls(8081)[0]}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId, customerId: 'c-1', lines: [{ sku: 'OUT-1', quantity: 1 }] }),
    signal: AbortSignal.timeout(CLIENT_LIMIT_MS),
  })
const untilConfirmed = (orderId: string) =>
  waitFor(
    () => shop.order(orderId),
    ({ status }) => status === 'CONFIRMED',
    DRAIN_LIMIT_MS,
  )
const gather = () => gatherEvidence({ redis: stack.redis, kafka, mails: mail.mails })

test(
  'row 21: Kafka away for long: orders go on as 202, and once it is back all are published, confirmed and told, none lost',
  async () => {
    await stack.kafka.kill()
    const backAt = Date.now() + KAFKA_AWAY_MS
    const answers = new Map<string, Answer>()
    await Promise.all(
      Array.from({ length: CLIENTS }, async (_, client) => {
        for (let index = 0; Date.now() < backAt; index += 1) {
          const orderId = `kafka-away-${client}-${index}`
          // On a busy machine Redis may be late for one; then the client retries, as after any 503.
          const answer = await waitFor(
            () => place(orderId),
            ({ body }) => body.code !== 'redis_unavailable' && body.code !== 'request_in_progress',
          )
          answers.set(orderId, answer)
        }
      }),
    )
    expect(new Set([...answers.values()].map(({ status }) => status))).toEqual(new Set([202]))
    await stack.kafka.restart()
    for (const orderId of answers.keys()) await untilConfirmed(orderId)
    const { log, mails, redis, lag, deadLetters } = await gather()
    expect({ ...redis.waiting, lag, deadLetters }).toEqual({
      intent: 0,
      outbox: 0,
      open: 0,
      lag: 0,
      deadLetters: [],
    })
    const placed = new Set(log.filter(({ type }) => type === PLACED).map(({ orderId }) => orderId))
    expect([...answers.keys()].filter((orderId) => !placed.has(orderId))).toEqual([])
    const sold = answers.size + 1
    expect(redis.stock.find(({ sku }) => sku === 'OUT-1')).toMatchObject({ sold, reserved: 0 })
    expect(redis.counters).toMatchObject({ 'orders:placed': sold, 'orders:confirmed': sold })
    expect(new Set(mails).size).toBe(mails.length)
    expect(mails).toHaveLength(2 * sold)
  },
  TEST_LIMIT_MS,
)

const history = z.object({ items: z.tuple([z.unknown().transform(parseOrderEvent)]) })

/** How often each function that reads order-topic has been given a batch again. */
async function retries(): Promise<readonly number[]> {
  const text = await (await fetch(`${runners.urls(8080)[0]}/metrics`)).text()
  const countOf = (name: string) =>
    new RegExp(`^mapping_retries_total\\{function="${name}".*topic="order-topic".*\\} (\\d+)`, 'm').exec(text)
  return orderReaders.map(({ name }) => Number(countOf(name)?.[1] ?? 0))
}

test(
  'row 22: Redis away: clients get 503 in time, consumers hold their offsets, and all carries on',
  async () => {
    const [dead, ...standing] = stack.redis.nodes
    // Accepted while Kafka is away, so that nobody has read its event before Redis is gone.
    await stack.kafka.kill()
    expect(await place('held')).toMatchObject({ status: 202 })
    const [event] = history.parse((await shop.call(`${runners.urls(8081)[0]}/orders/held/events`)).body).items
    await dead?.kill()
    for (const node of standing) node.pause()
    try {
      await stack.kafka.restart()
      const { key, value, headers } = toRecord(event)
      await waitFor(
        () =>
          produce([stack.kafka.broker], 'order-topic', [
            { key: String(key), value: String(value), headers: headers ?? {} },
          ]),
        () => true,
      )
      const before = await retries()
      await waitFor(retries, (now) => now.every((count, index) => count > (before[index] ?? 0) + 1), 60_000)
      for (const number of [1, 2, 3]) {
        const answer = await place(`refused-${number}`)
        expect(answer).toMatchObject({ status: 503, body: { code: 'redis_unavailable', retryable: true } })
        expect(answer.headers.get('retry-after')).toBe('1')
      }
      expect({ lag: await kafka.lag(), deadLetters: await kafka.deadLetters() }).toEqual({
        lag: 3,
        deadLetters: [],
      })
    } finally {
      for (const node of standing) node.resume()
      await dead?.restart()
    }
    await untilConfirmed('held')
    await waitFor(
      () => place('after'),
      ({ status }) => status === 201,
    )
    await untilConfirmed('after')
    const { mails, lag, deadLetters } = await gather()
    expect({ lag, deadLetters, twice: mails.length - new Set(mails).size }).toEqual({
      lag: 0,
      deadLetters: [],
      twice: 0,
    })
    expect(surprises).toEqual([])
  },
  TEST_LIMIT_MS,
)

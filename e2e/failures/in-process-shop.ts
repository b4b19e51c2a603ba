import type { Context } from 'aws-lambda'
import { createOrderHandler } from '../../functions/order/order-handler.ts'
import { createOrderStores } from '../../functions/order/order-stores.ts'
import { shiftClock } from '../../functions/order/orders/shift-clock.fixture.ts'
import { createOrderProgress } from '../../functions/stock/order-progress.ts'
import { settleDelivered } from '../../functions/stock/settle-delivered.ts'
import { createStockLedger } from '../../functions/stock/stock-ledger.ts'
import { stockKey } from '../../shared/orders/keys.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { publishEvent } from '../../shared/orders/publish-event.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { callHttp, type HttpAnswer } from '../../shared/testing/call-http.ts'
import { testContext } from '../../shared/testing/context.ts'
import type { Content, Keys } from '../model/executor.ts'
import { type Crash, createCrashPoint } from './crash-point.ts'

const metrics = { count: () => undefined, max: () => undefined, flush: () => undefined }
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const now = () => new Date()
const MINUTE_MS = 60_000

export interface WantedOrder {
  readonly orderId: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
}

/** The order and the stock function in this process, on a real Redis, with a list in place of Kafka's log. */
export function createInProcessShop(redis: RedisConnection) {
  const kafka: {
    readonly log: OrderEvent[]
    answer: 'stores' | 'stores, does not answer' | 'acknowledges, does not store' | 'away'
  } = {
    log: [],
    answer: 'stores',
  }
  let read = 0

  async function append(event: OrderEvent): Promise<void> {
    if (kafka.answer === 'stores' || kafka.answer === 'stores, does not answer') kafka.log.push(event)
    if (kafka.answer === 'stores, does not answer' || kafka.answer === 'away')
      throw new Error('Kafka did not answer')
  }

  /** An order function of its own process, which may die. */
  function startProcess(crash?: Crash) {
    const crashPoint = createCrashPoint(crash)
    const own = crashPoint.redis(redis)
    const handler = createOrderHandler({
      acceptMode: 'outbox',
      outboxMaxAgeSeconds: 300,
      ...createOrderStores(own),
      send: (event) => crashPoint.reach(() => append(event)),
      metrics,
      elapsedMs: () => performance.now(),
      now,
      log,
    })
    return { handler, calls: crashPoint.calls }
  }

  /** A stock function of its own process, which may die. */
  function startStockProcess(crash?: Crash) {
    const crashPoint = createCrashPoint(crash)
    const own = crashPoint.redis(redis)
    const progress = createOrderProgress(own)
    const send = (event: OrderEvent) => crashPoint.reach(() => append(event))
    const deps = {
      ledger: createStockLedger(own),
      progress,
      publish: (event: OrderEvent) => publishEvent(event, { send, acknowledge: progress.acknowledge, log }),
      now,
      log: { ...log, error: (message: string) => alarm(message) },
    }
    return (event: OrderEvent) => settleDelivered(event, deps)
  }

  return {
    kafka,
    startProcess,
    stock: (units: Readonly<Record<string, number>>) =>
      redis.use(async (client) => {
        await client.flushdb()
        for (const [sku, onHand] of Object.entries(units)) {
          const record = { priceMinor: 450, currency: 'EUR', onHand, received: onHand, reserved: 0, sold: 0 }
          await client.hset(stockKey(sku), record)
        }
      }),

    /** The answer to a client; undefined when the process died meanwhile. */
    place: async ({ orderId, lines }: WantedOrder, crash?: Crash) => {
      const { handler, calls } = startProcess(crash)
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ orderId, customerId: 'c-1', lines })
      const answer = await callHttp(handler, { method: 'POST', path: '/orders', headers, body })
      return { answer: crash && calls() >= crash.atCall ? undefined : answer, calls: calls() }
    },

    cancel: (orderId: string, crash?: Crash): Promise<HttpAnswer> =>
      callHttp(startProcess(crash).handler, {
        method: 'POST',
        path: `/orders/${orderId}/cancel`,
      }),

    schedule: (crash?: Crash) => runSchedule(startProcess(crash).handler),

    /** The stock function reads on from the first record that it has not settled; each record `times` times. */
    consume: async (times = 1, crash?: Crash) => {
      const settle = startStockProcess(crash)
      for (; read < kafka.log.length; read++) {
        const event = kafka.log[read]
        for (let time = 0; event && time < times; time++) await settle(event)
      }
    },
    settle: (event: OrderEvent) => startStockProcess()(event),
    rewind: () => void (read = 0),

    /** Time passes, by default enough for every lease and watch of an order to end. */
    pass: (orderId: string, ms = MINUTE_MS) => shiftClock(redis, orderId, ms),

    keys: async (): Promise<Keys> => {
      const names = await redis.use((client) => client.keys('*'))
      return Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await contentOf(name)] as const)),
      )
    },
  }

  async function contentOf(key: string): Promise<Content> {
    return redis.use(async (client) => {
      if ((await client.type(key)) === 'hash') return client.hgetall(key)
      const ids = (await client.type(key)) === 'zset' ? await client.zrange(key, '0', '-1') : []
      return Object.fromEntries(ids.map((id) => [id, 'there']))
    })
  }
}

export type InProcessShop = ReturnType<typeof createInProcessShop>

const alarm = (message: string): never => {
  throw new Error(message)
}

const runSchedule = (handler: (event: unknown, context: Context) => Promise<unknown>) =>
  handler({ source: 'aws.events', 'detail-type': 'Scheduled Event' }, testContext(60_000))

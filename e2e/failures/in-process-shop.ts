import type { Context } from 'aws-lambda'
import { createLedgers } from '../../functions/order/housekeeping/ledgers.ts'
import { createOldOrders } from '../../functions/order/housekeeping/old-orders.ts'
import { createOrderHandler } from '../../functions/order/order-handler.ts'
import { createCustomerOrders } from '../../functions/order/orders/customer-orders.ts'
import { createIntents } from '../../functions/order/orders/intents.ts'
import { createOrderHistory } from '../../functions/order/orders/order-history.ts'
import { createOrders } from '../../functions/order/orders/orders.ts'
import { shiftClock } from '../../functions/order/orders/shift-clock.fixture.ts'
import { createRefusals } from '../../functions/order/place/refusals.ts'
import { createStockHolds } from '../../functions/order/place/stock-holds.ts'
import { createOutbox } from '../../functions/order/publish/outbox.ts'
import { createWatchList } from '../../functions/order/publish/watch-list.ts'
import { createOrderRebuild } from '../../functions/order/reconcile/order-rebuild.ts'
import { createOrderProgress } from '../../functions/stock/order-progress.ts'
import { settleOrder } from '../../functions/stock/settle-order.ts'
import { createStockLedger } from '../../functions/stock/stock-ledger.ts'
import { stockKey } from '../../shared/orders/keys.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { publishEvent } from '../../shared/orders/publish-event.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { callHttp, type HttpAnswer } from '../../shared/testing/call-http.ts'
import { testContext } from '../../shared/testing/context.ts'
import type { Content, Keys } from '../model/executor.ts'
import { createMortal, type Death } from './crash-point.ts'

const metrics = { count: () => undefined, atMost: () => undefined, flush: () => undefined }
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const now = () => new Date()
const MINUTE_MS = 60_000

export interface Wanted {
  readonly orderId: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
}

/** The order and the stock function on a real Redis, and a log that stands for Kafka's. */
export function createShopFloor(redis: RedisConnection) {
  const kafka: {
    readonly log: OrderEvent[]
    answer: 'stores' | 'stores, says nothing' | 'says yes, stores nothing' | 'away'
  } = {
    log: [],
    answer: 'stores',
  }
  let read = 0

  async function append(event: OrderEvent): Promise<void> {
    if (kafka.answer === 'stores' || kafka.answer === 'stores, says nothing') kafka.log.push(event)
    if (kafka.answer === 'stores, says nothing' || kafka.answer === 'away')
      throw new Error('Kafka did not answer')
  }

  /** An order function of its own process, which may die. */
  function startProcess(death?: Death) {
    const mortal = createMortal(death)
    const own = mortal.redis(redis)
    const handler = createOrderHandler({
      acceptMode: 'outbox',
      outboxMaxAgeSeconds: 300,
      ...createOrders(own),
      ...createIntents(own),
      ...createOutbox(own),
      ...createWatchList(own),
      ...createOrderHistory(own),
      ...createOldOrders(own),
      ...createCustomerOrders(own),
      ...createOrderRebuild(own),
      ...createLedgers(own),
      ...createRefusals(own),
      ...createStockHolds(own),
      send: (event) => mortal.reach(() => append(event)),
      metrics,
      elapsedMs: () => performance.now(),
      now,
      log,
    })
    return { handler, calls: mortal.calls }
  }

  /** A stock function of its own process, which may die. */
  function startStockProcess(death?: Death) {
    const mortal = createMortal(death)
    const own = mortal.redis(redis)
    const progress = createOrderProgress(own)
    const send = (event: OrderEvent) => mortal.reach(() => append(event))
    const deps = {
      ...createStockLedger(own),
      ...progress,
      publish: (event: OrderEvent) => publishEvent(event, { ...progress, send, log }),
      now,
      log: { ...log, error: (message: string) => alarm(message) },
    }
    return (event: OrderEvent) => settleOrder(event, deps)
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

    /** What a client is answered; undefined when the process died meanwhile. */
    place: async ({ orderId, lines }: Wanted, death?: Death) => {
      const { handler, calls } = startProcess(death)
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ orderId, customerId: 'c-1', lines })
      const answer = await callHttp(handler, { method: 'POST', path: '/orders', headers, body })
      return { answer: death && calls() >= death.atCall ? undefined : answer, calls: calls() }
    },

    cancel: (orderId: string, death?: Death): Promise<HttpAnswer> =>
      callHttp(startProcess(death).handler, {
        method: 'POST',
        path: `/orders/${orderId}/cancel`,
      }),

    schedule: (death?: Death) => runSchedule(startProcess(death).handler),

    /** The stock function reads on, from a record that it has not settled; each record twice where asked. */
    consume: async (times = 1, death?: Death) => {
      const settle = startStockProcess(death)
      for (; read < kafka.log.length; read++) {
        const event = kafka.log[read]
        for (let time = 0; event && time < times; time++) await settle(event)
      }
    },
    rewind: () => void (read = 0),

    /** Time enough passes for every lease and watch of an order to end. */
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

export type ShopFloor = ReturnType<typeof createShopFloor>

const alarm = (message: string): never => {
  throw new Error(message)
}

const runSchedule = (handler: (event: unknown, context: Context) => Promise<unknown>) =>
  handler({ source: 'aws.events', 'detail-type': 'Scheduled Event' }, testContext(60_000))

import { cancelOrder } from '../../functions/order/cancel/cancel-order.ts'
import { createIntents } from '../../functions/order/orders/intents.ts'
import { createOrders } from '../../functions/order/orders/orders.ts'
import { placeOrder } from '../../functions/order/place/place-order.ts'
import { createStockHolds } from '../../functions/order/place/stock-holds.ts'
import { sweepOrder } from '../../functions/order/place/sweep-intents.ts'
import { createOrderProgress } from '../../functions/stock/order-progress.ts'
import { settleDelivered } from '../../functions/stock/settle-delivered.ts'
import { createStockLedger } from '../../functions/stock/stock-ledger.ts'
import { AppError } from '../../shared/errors.ts'
import { eventsKey, intentsKey, orderShard } from '../../shared/orders/keys.ts'
import {
  CANCELLED,
  type OrderEvent,
  parseOrderEvent,
  parseStoredEvent,
  toOrderEvent,
} from '../../shared/orders/order-event.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import type { Actor } from './actor.ts'
import type { Keys } from './executor.ts'

const metrics = { count: () => undefined, max: () => undefined, flush: () => undefined }
const now = () => new Date(0)
/** In this model no reconcile runs, and Kafka takes every event. */
const refusals = { reasons: async () => ({ frozen: false, backlogSeconds: 0 }) }
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

const codeOf = (error: unknown): string => {
  if (error instanceof AppError) return error.code
  throw error
}

export interface ModelOrder {
  readonly orderId: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
}

/** A client's request; the same `order` twice is a repeat with the same key. */
export const client = (name: string, { orderId, lines }: ModelOrder): Actor => ({
  name,
  begin: () => '',
  run: (redis) =>
    placeOrder(
      orderId,
      { customerId: 'c-1', lines: [...lines] },
      {
        orders: createOrders(redis),
        holds: createStockHolds(redis),
        intents: createIntents(redis),
        refusals,
        publish: async () => true,
        metrics,
      },
    ).then(({ order }) => order.status, codeOf),
})

export const canceller = (name: string, { orderId }: ModelOrder): Actor => ({
  name,
  begin: () => '',
  run: (redis) =>
    cancelOrder(orderId, {
      orders: createOrders(redis),
      refusals,
      // Publishing has no part in this model: every stored event may be read at any time.
      outbox: { unpublished: async () => ({ events: [], ageMs: 0 }), acknowledge: async () => undefined },
      customerOrders: { add: async () => undefined },
      send: async () => undefined,
      metrics,
      now,
      log: silent,
    }).then(({ order }) => order.status, codeOf),
})

export const sweeper = (name: string, { orderId }: ModelOrder): Actor => ({
  name,
  begin: (keys) => (keys[intentsKey(orderShard(orderId))]?.[orderId] === 'due' ? '' : undefined),
  run: async (redis) =>
    (await sweepOrder(orderId, {
      orders: createOrders(redis),
      holds: createStockHolds(redis),
      intents: createIntents(redis),
      metrics,
    }))
      ? 'swept'
      : 'left',
})

/** The stock function with an event, once that is stored: records may be repeated, and arrive in any order. */
export const consumer = (
  name: string,
  { orderId }: ModelOrder,
  pick: (event: OrderEvent) => boolean,
): Actor => ({
  name,
  begin: (keys) => {
    const event = eventsOf(orderId, keys).find(pick)
    return event && JSON.stringify(event)
  },
  run: async (redis, begunWith) => {
    const alarms: string[] = []
    await settle(redis, begunWith, (message) => void alarms.push(message))
    if (alarms.length > 0) throw new Error(alarms.join('; '))
    return 'settled'
  },
})

/** The stock function with a record that somebody has written by hand, at any moment. */
export const forger = (name: string, event: OrderEvent): Actor => ({
  name,
  begin: () => JSON.stringify(event),
  run: (redis, begunWith) => settle(redis, begunWith, () => undefined).then(() => 'believed', codeOf),
})

const settle = (redis: RedisConnection, event: string, error: (message: string) => void): Promise<void> =>
  settleDelivered(parseOrderEvent(JSON.parse(event)), {
    ledger: createStockLedger(redis),
    progress: createOrderProgress(redis),
    publish: async () => true,
    now,
    log: { ...silent, error },
  })

export const isPlaced = ({ sequence }: OrderEvent): boolean => sequence === 1
export const isCancelled = ({ type }: OrderEvent): boolean => type === CANCELLED

export const eventsOf = (orderId: string, keys: Keys): readonly OrderEvent[] =>
  Object.entries(keys[eventsKey(orderId)] ?? {}).map(([sequence, text]) =>
    toOrderEvent(parseStoredEvent(text), Number(sequence)),
  )

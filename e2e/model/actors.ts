import { cancelOrder } from '../../functions/order/cancel/cancel-order.ts'
import { createIntents } from '../../functions/order/orders/intents.ts'
import { createOrders } from '../../functions/order/orders/orders.ts'
import { placeOrder } from '../../functions/order/place/place-order.ts'
import { createRefusals } from '../../functions/order/place/refusals.ts'
import { createStockHolds } from '../../functions/order/place/stock-holds.ts'
import { sweepOrder } from '../../functions/order/place/sweep-intents.ts'
import { createOrderProgress } from '../../functions/stock/order-progress.ts'
import { settleOrder } from '../../functions/stock/settle-order.ts'
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

const metrics = { count: () => undefined, atMost: () => undefined, flush: () => undefined }
const now = () => new Date(0)
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
        ...createOrders(redis),
        ...createStockHolds(redis),
        ...createIntents(redis),
        ...noRefusals(redis),
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
      ...createOrders(redis),
      ...noRefusals(redis),
      // Publishing has no part in this model: every stored event may be read at any time.
      unpublished: async () => ({ events: [], ageMs: 0 }),
      acknowledge: async () => undefined,
      send: async () => undefined,
      list: async () => undefined,
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
      ...createOrders(redis),
      ...createStockHolds(redis),
      ...createIntents(redis),
      metrics,
    }))
      ? 'swept'
      : 'left',
})

/** The stock function with an event, as soon as that is stored: records may come again, and in any order. */
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
    await settleOrder(parseOrderEvent(JSON.parse(begunWith)), {
      ...createStockLedger(redis),
      ...createOrderProgress(redis),
      publish: async () => true,
      now,
      log: { ...silent, error: (message) => void alarms.push(message) },
    })
    if (alarms.length > 0) throw new Error(alarms.join('; '))
    return 'settled'
  },
})

export const isPlaced = ({ sequence }: OrderEvent): boolean => sequence === 1
export const isCancelled = ({ type }: OrderEvent): boolean => type === CANCELLED

export const eventsOf = (orderId: string, keys: Keys): readonly OrderEvent[] =>
  Object.entries(keys[eventsKey(orderId)] ?? {}).map(([sequence, text]) =>
    toOrderEvent(parseStoredEvent(text), Number(sequence)),
  )

const noRefusals = (redis: RedisConnection) => ({
  ...createRefusals(redis),
  reasons: async () => ({ frozen: false, backlogSeconds: 0 }),
})

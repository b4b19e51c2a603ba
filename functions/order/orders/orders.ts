import * as z from 'zod'
import { LEASE_MS, MEMORY_MS, PUBLISH_LEASE_MS, WATCH_MS } from '../../../shared/orders/constants.ts'
import {
  dueOutboxesKey,
  eventsKey,
  intentsKey,
  orderKey,
  orderOutboxKey,
  ordersByAgeKey,
  orderShard,
  watchListKey,
} from '../../../shared/orders/keys.ts'
import { createMoveOrder, type MoveResult } from '../../../shared/orders/move-order.ts'
import {
  type OrderEvent,
  type OrderState,
  orderState,
  parseStoredEvent,
  type StoredEvent,
  toOrderEvent,
} from '../../../shared/orders/order-event.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import { type Order, parsePricedOrder, type PricedOrder } from './order.ts'
import orderAccept from './order-accept.lua'
import orderBegin from './order-begin.lua'
import orderFail from './order-fail.lua'

/** What `begin` found. `answer` is the text that `accept` or `reject` stored. */
export type BeginResult =
  | {
      readonly outcome: 'NEW'
      readonly attempt: number
      readonly placedAt: string
      readonly priced: PricedOrder
    }
  | {
      readonly outcome: 'REPLAY'
      readonly published: boolean
      readonly state: OrderState
      readonly answer: string
    }
  | { readonly outcome: 'IN_PROGRESS'; readonly msLeft: number }
  | { readonly outcome: 'MISMATCH' }

export interface FoundOrder {
  readonly order: Order
  readonly version: number
  readonly attempt: number
}

export interface Orders {
  /** Claims the order id for one attempt, with a lease. A later attempt gets the priced order and the time of the first. */
  readonly begin: (orderId: string, fingerprint: string, priced: PricedOrder) => Promise<BeginResult>
  /** Accepts the order and stores its first event in one step. `FENCED`: another attempt has taken over, touch nothing. */
  readonly accept: (
    attempt: number,
    answer: string,
    event: StoredEvent,
  ) => Promise<'OK' | 'ALREADY' | 'FENCED'>
  /** Rejects for good. The intent stays until its stock is released. */
  readonly reject: (orderId: string, attempt: number, answer: string) => Promise<'OK' | 'ALREADY' | 'FENCED'>
  /** Cancels an accepted or confirmed order and stores the event of that in one step. */
  readonly cancel: (event: StoredEvent) => Promise<MoveResult>
  readonly find: (orderId: string) => Promise<FoundOrder | undefined>
  /** All events of an order in sequence, whether Kafka has them or not. */
  readonly eventsOf: (orderId: string) => Promise<readonly OrderEvent[]>
}

const scripts = {
  begin: defineScript(orderBegin),
  accept: defineScript(orderAccept),
  fail: defineScript(orderFail),
}

const beginReply = z.union([
  z.tuple([z.literal('NEW'), z.number(), z.number(), z.string()]),
  z.tuple([z.literal('REPLAY'), z.number(), orderState, z.string()]),
  z.tuple([z.literal('IN_PROGRESS'), z.number()]),
  z.tuple([z.literal('MISMATCH')]),
])
const decideReply = z.enum(['OK', 'ALREADY', 'FENCED'])
const storedOrder = z.tuple([orderState, z.string(), z.string(), z.coerce.number(), z.coerce.number()])

export function createOrders({ script, use }: RedisConnection): Orders {
  const moveOrder = createMoveOrder({ script })
  return {
    begin: async (orderId, fingerprint, priced) => {
      const shard = orderShard(orderId)
      const keys = [orderKey(orderId), intentsKey(shard), orderOutboxKey(orderId), ordersByAgeKey(shard)]
      const args = [fingerprint, LEASE_MS, JSON.stringify(priced), orderId, MEMORY_MS]
      const reply = beginReply.parse(await script(scripts.begin, keys, args))
      switch (reply[0]) {
        case 'NEW':
          return {
            outcome: 'NEW',
            attempt: reply[1],
            placedAt: toIso(reply[2]),
            priced: parsePricedOrder(reply[3]),
          }
        case 'REPLAY':
          return { outcome: 'REPLAY', published: reply[1] === 1, state: reply[2], answer: reply[3] }
        case 'IN_PROGRESS':
          return { outcome: 'IN_PROGRESS', msLeft: reply[1] }
        case 'MISMATCH':
          return { outcome: 'MISMATCH' }
      }
    },

    accept: async (attempt, answer, event) => {
      const { orderId } = event
      const shard = orderShard(orderId)
      const keys = [
        orderKey(orderId),
        intentsKey(shard),
        orderOutboxKey(orderId),
        dueOutboxesKey(shard),
        watchListKey(shard),
        eventsKey(orderId),
      ]
      const args = [orderId, attempt, answer, JSON.stringify(event), PUBLISH_LEASE_MS, WATCH_MS]
      return decideReply.parse(await script(scripts.accept, keys, args))
    },

    reject: async (orderId, attempt, answer) => {
      const keys = [orderKey(orderId), intentsKey(orderShard(orderId))]
      return decideReply.parse(await script(scripts.fail, keys, [orderId, attempt, 'REJECTED', answer, 0]))
    },

    cancel: (event) => moveOrder(event, ['ACCEPTED', 'CONFIRMED'], 'CANCELLED'),

    find: async (orderId) => {
      const fields = await use((client) => client.hmget(orderKey(orderId), 'st', 't0', 'body', 'v', 'att'))
      if (fields[0] === null) return undefined
      const [status, placedAt, body, version, attempt] = storedOrder.parse(fields)
      const order = { orderId, status, ...parsePricedOrder(body), placedAt: toIso(Number(placedAt)) }
      return { order, version, attempt }
    },

    eventsOf: async (orderId) => {
      const stored = await use((client) => client.hgetall(eventsKey(orderId)))
      return Object.entries(stored)
        .map(([sequence, text]) => toOrderEvent(parseStoredEvent(text), Number(sequence)))
        .sort((one, other) => one.sequence - other.sequence)
    },
  }
}

const toIso = (epochMs: number): string => new Date(epochMs).toISOString()

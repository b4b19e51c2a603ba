import * as z from 'zod'
import type { RedisConnection } from '../redis/connection.ts'
import { defineScript } from '../redis/script.ts'
import { PUBLISH_LEASE_MS, WATCH_MS } from './constants.ts'
import { dueOutboxesKey, eventsKey, orderKey, orderOutboxKey, orderShard, watchListKey } from './keys.ts'
import { type OrderState, orderState, type StoredEvent } from './order-event.ts'
import orderMove from './order-move.lua'

export type MoveResult =
  | { readonly outcome: 'OK'; readonly sequence: number }
  | { readonly outcome: 'REFUSED'; readonly state: OrderState }
  | { readonly outcome: 'ALREADY' | 'MISSING' }

/** Moves an order from one of the states `from` to the state `to`, together with the event of that. */
export type MoveOrder = (
  event: StoredEvent,
  from: readonly OrderState[],
  to: OrderState,
) => Promise<MoveResult>

const script = defineScript(orderMove)
const moveReply = z.union([
  z.tuple([z.literal('OK'), z.number()]),
  z.tuple([z.literal('REFUSED'), orderState]),
  z.tuple([z.enum(['ALREADY', 'MISSING'])]),
])

export const createMoveOrder =
  (redis: Pick<RedisConnection, 'script'>): MoveOrder =>
  async (event, from, to) => {
    const { orderId } = event
    const shard = orderShard(orderId)
    const keys = [
      orderKey(orderId),
      orderOutboxKey(orderId),
      dueOutboxesKey(shard),
      watchListKey(shard),
      eventsKey(orderId),
    ]
    const args = [orderId, to, from.join(), JSON.stringify(event), PUBLISH_LEASE_MS, WATCH_MS]
    const reply = moveReply.parse(await redis.script(script, keys, args))
    switch (reply[0]) {
      case 'OK':
        return { outcome: 'OK', sequence: reply[1] }
      case 'REFUSED':
        return { outcome: 'REFUSED', state: reply[1] }
      case 'ALREADY':
      case 'MISSING':
        return { outcome: reply[0] }
    }
  }

import * as z from 'zod'
import { eventsKey, intentsKey, orderKey, ordersByAgeKey, orderShard } from '../../../shared/orders/keys.ts'
import type { OrderEvent, OrderState } from '../../../shared/orders/order-event.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'
import { defineScript } from '../../../shared/redis/script.ts'
import type { PricedOrder } from '../orders/order.ts'
import orderRestore from './order-restore.lua'

export interface OrderRebuild {
  /** Makes an order what its event says, unless it is past that already. `priced` and `answer` are for an order that is gone. */
  readonly restore: (
    event: OrderEvent,
    to: { readonly state: OrderState; readonly priced: PricedOrder; readonly answer: string },
  ) => Promise<'CREATED' | 'UPDATED' | 'ALREADY'>
}

const script = defineScript(orderRestore)
const restored = z.enum(['CREATED', 'UPDATED', 'ALREADY'])

export function createOrderRebuild(redis: RedisConnection): OrderRebuild {
  return {
    restore: async (event, { state, priced, answer }) => {
      const { eventId: _eventId, sequence, ...stored } = event
      const { orderId, type, attempt, fingerprint = '', placedAt } = event
      const shard = orderShard(orderId)
      const keys = [orderKey(orderId), intentsKey(shard), eventsKey(orderId), ordersByAgeKey(shard)]
      const texts = [JSON.stringify(stored), attempt, fingerprint, JSON.stringify(priced), answer]
      const args = [orderId, sequence, state, type, ...texts, Date.parse(placedAt)]
      return restored.parse(await redis.script(script, keys, args))
    },
  }
}

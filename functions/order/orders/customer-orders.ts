import { customerOrdersKey } from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'

/** Where a page of a list ended: the order's time (epoch ms) and its id. */
export interface Position {
  readonly placedMs: number
  readonly orderId: string
}

/** The orders of each customer by time. An order is added when its event is published, so it may be late, but it comes. */
export interface CustomerOrders {
  /** Puts an order on its customer's list. `placedAt` is ISO 8601. */
  readonly add: (customerId: string, orderId: string, placedAt: string) => Promise<void>
  /** At most `limit` orders, newest first, older than the position. */
  readonly page: (
    customerId: string,
    limit: number,
    after: Position | undefined,
  ) => Promise<readonly Position[]>
  readonly has: (customerId: string, orderId: string) => Promise<boolean>
  readonly remove: (customerId: string, orderId: string) => Promise<void>
}

export function createCustomerOrders({ use }: RedisConnection): CustomerOrders {
  return {
    add: async (customerId, orderId, placedAt) => {
      await use((client) => client.zadd(customerOrdersKey(customerId), Date.parse(placedAt), orderId))
    },

    page: (customerId, limit, after) =>
      use(async (client) => {
        const key = customerOrdersKey(customerId)
        // By rank, since many orders may have one score; by score when the order itself is past its retention.
        const rank = after && (await client.zrevrank(key, after.orderId))
        const start = after ? (rank ?? (await client.zcount(key, after.placedMs, '+inf')) - 1) + 1 : 0
        const flat = await client.zrevrange(key, start, start + limit - 1, 'WITHSCORES')
        return flat.flatMap((orderId, at) =>
          at % 2 === 0 ? [{ orderId, placedMs: Number(flat[at + 1]) }] : [],
        )
      }),

    has: async (customerId, orderId) =>
      (await use((client) => client.zscore(customerOrdersKey(customerId), orderId))) !== null,

    remove: async (customerId, orderId) => {
      await use((client) => client.zrem(customerOrdersKey(customerId), orderId))
    },
  }
}

import { FROZEN_KEY, SKUS_KEY, stockKey } from '../../shared/orders/keys.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import stockFreeze from './stock-freeze.lua'

export interface Freeze {
  readonly isFrozen: () => Promise<boolean>
  /** Stops new orders and changes of stock: all that ask first, and at the SKU those that have asked before. */
  readonly freeze: () => Promise<void>
  /** Lets them in again. False when nothing was frozen any more: Redis was emptied meanwhile. */
  readonly unfreeze: () => Promise<boolean>
}

const script = defineScript(stockFreeze)

export function createFreeze(redis: RedisConnection): Freeze {
  const setAll = async (frozen: 0 | 1): Promise<void> => {
    for (const sku of await redis.use((client) => client.zrange(SKUS_KEY, 0, '-1'))) {
      await redis.script(script, [stockKey(sku)], [frozen])
    }
  }
  return {
    isFrozen: async () => (await redis.use((client) => client.exists(FROZEN_KEY))) === 1,
    freeze: async () => {
      await redis.use((client) => client.set(FROZEN_KEY, 1))
      await setAll(1)
    },
    unfreeze: async () => {
      await setAll(0)
      return (await redis.use((client) => client.del(FROZEN_KEY))) === 1
    },
  }
}

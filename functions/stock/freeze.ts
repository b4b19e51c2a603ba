import { FROZEN_KEY, SKUS_KEY, stockKey } from '../../shared/orders/keys.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import stockFreeze from './stock-freeze.lua'

export interface Freeze {
  readonly isFrozen: () => Promise<boolean>
  /** Whether the switch or any SKU is frozen: a SKU alone is after a freeze that was late, or when the switch was lost. */
  readonly isAnythingFrozen: () => Promise<boolean>
  /** Stops new orders and changes of stock: by a switch, and at each SKU for requests that have read the switch before. */
  readonly start: () => Promise<void>
  /** Allows them again. False when nothing was frozen any more: Redis was emptied meanwhile. */
  readonly end: () => Promise<boolean>
}

const script = defineScript(stockFreeze)

export function createFreeze(redis: RedisConnection): Freeze {
  const skus = () => redis.use((client) => client.zrange(SKUS_KEY, 0, '-1'))
  const setAll = async (frozen: 0 | 1): Promise<void> => {
    for (const sku of await skus()) await redis.script(script, [stockKey(sku)], [frozen])
  }
  const isFrozen = async () => (await redis.use((client) => client.exists(FROZEN_KEY))) === 1
  return {
    isFrozen,
    isAnythingFrozen: async () => {
      if (await isFrozen()) return true
      for (const sku of await skus()) {
        if (await redis.use((client) => client.hexists(stockKey(sku), 'frozen'))) return true
      }
      return false
    },
    start: async () => {
      // Its time, for `npm run doctor`; of the first start, where it is frozen already.
      await redis.use((client) => client.set(FROZEN_KEY, Date.now(), 'NX'))
      await setAll(1)
    },
    end: async () => {
      await setAll(0)
      return (await redis.use((client) => client.del(FROZEN_KEY))) === 1
    },
  }
}

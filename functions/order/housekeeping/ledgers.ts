import * as z from 'zod'
import { ledgerKey, SKUS_KEY } from '../../../shared/orders/keys.ts'
import type { RedisConnection } from '../../../shared/redis/connection.ts'

const DROPPED_UNTIL_KEY = '{r}:ledgers-dropped-until'

/** The days' ledgers of all SKUs. A day is `YYYY-MM-DD`, in UTC as an order's `placedAt`. */
export interface Ledgers {
  /** Epoch ms by the clock of Redis. */
  readonly redisNowMs: () => Promise<number>
  readonly allSkus: () => Promise<readonly string[]>
  /** Drops a SKU's ledger of a day, or keeps it and names an order that still holds stock in it. */
  readonly drop: (sku: string, day: string) => Promise<{ readonly heldBy: string | undefined }>
  /** The first day that may still have ledgers; undefined before the first drop. */
  readonly droppedUntil: () => Promise<string | undefined>
  readonly setDroppedUntil: (day: string) => Promise<void>
}

const seconds = z.tuple([z.coerce.number(), z.coerce.number()])

export function createLedgers({ use }: RedisConnection): Ledgers {
  return {
    redisNowMs: async () => {
      const [whole, micros] = seconds.parse(await use((client) => client.time()))
      return whole * 1000 + Math.floor(micros / 1000)
    },

    allSkus: () => use((client) => client.zrange(SKUS_KEY, '0', '-1')),

    drop: (sku, day) =>
      use(async (client) => {
        const key = ledgerKey(sku, day)
        let cursor = '0'
        do {
          const [next, flat] = await client.hscan(key, cursor, 'COUNT', 1000)
          const held = flat.findIndex((entry, at) => at % 2 === 1 && entry.startsWith('R:'))
          if (held > 0) return { heldBy: flat[held - 1] }
          cursor = next
        } while (cursor !== '0')
        await client.unlink(key)
        return { heldBy: undefined }
      }),

    droppedUntil: async () => (await use((client) => client.get(DROPPED_UNTIL_KEY))) ?? undefined,
    setDroppedUntil: async (day) => {
      await use((client) => client.set(DROPPED_UNTIL_KEY, day))
    },
  }
}

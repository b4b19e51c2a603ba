import * as z from 'zod'
import { stockKey } from '../../shared/orders/keys.ts'
import type { RedisConnection } from '../../shared/redis/connection.ts'
import { defineScript } from '../../shared/redis/script.ts'
import stockClaim from './stock-claim.lua'
import { STOCK_ADJUSTED, type StockEvent } from './stock-event.ts'
import { DUE_SKUS_KEY, stockOutboxKey } from './stock-keys.ts'
import stockSettle from './stock-settle.lua'

/** How long the writer of a change has to publish it before the relay does, and the relay waits between two tries. */
export const CHANGE_LEASE_MS = 10_000

export interface DueSku {
  readonly sku: string
  /** When it is due again, as this claim has set it. */
  readonly dueMs: number
}

export interface StockOutbox {
  /** SKUs whose changes may still have to be published, put off by a lease. At most `limit`, oldest first. */
  readonly claimDue: (limit: number) => Promise<readonly DueSku[]>
  /** Changes of a SKU that were not read back from Kafka yet, oldest first. */
  readonly unread: (sku: string) => Promise<readonly StockEvent[]>
  /** A change that was not read back yet, and the SKU's newest revision, as far as there are such that can be read. */
  readonly lookUp: (
    sku: string,
    revision: number,
  ) => Promise<{ readonly unread: StockEvent | undefined; readonly newest: number | undefined }>
  /** Notes that a change was read back from Kafka. */
  readonly readBack: (sku: string, revision: number) => Promise<void>
  /** Has the relay forget a SKU, unless a change of it was announced since the claim. */
  readonly settle: (claimed: DueSku) => Promise<void>
}

const scripts = { claim: defineScript(stockClaim), settle: defineScript(stockSettle) }
const claimReply = z.array(z.string())

const integer = z.coerce.number().int()
/** As the scripts write it: all text, because Lua's numbers are doubles. */
const change = z.object({
  name: z.string(),
  priceMinor: integer,
  currency: z.string(),
  onHand: integer,
  reserved: integer,
  sold: integer,
  received: integer,
  delta: integer,
  reason: z.string(),
  adjustmentId: z.string().optional(),
  at: integer,
})

function toStockEvent(sku: string, revision: number, text: string): StockEvent {
  const { at, adjustmentId, ...record } = change.parse(JSON.parse(text))
  return {
    schemaVersion: 1,
    type: STOCK_ADJUSTED,
    eventId: `${sku}:${revision}`,
    sku,
    revision,
    occurredAt: new Date(at).toISOString(),
    ...record,
    ...(adjustmentId !== undefined && { adjustmentId }),
  }
}

/** A text that no version can read must not block the partition of the record that is compared with it. */
function readChange(sku: string, revision: number, text: string): StockEvent | undefined {
  try {
    return toStockEvent(sku, revision, text)
  } catch {
    return undefined
  }
}

export function createStockOutbox({ script, use }: RedisConnection): StockOutbox {
  return {
    claimDue: async (limit) => {
      const reply = claimReply.parse(await script(scripts.claim, [DUE_SKUS_KEY], [limit, CHANGE_LEASE_MS]))
      return reply.flatMap((sku, index) =>
        index % 2 === 0 ? [{ sku, dueMs: Number(reply[index + 1]) }] : [],
      )
    },

    unread: async (sku) => {
      const changes = await use((client) => client.hgetall(stockOutboxKey(sku)))
      return Object.entries(changes)
        .map(([revision, text]) => toStockEvent(sku, Number(revision), text))
        .sort((one, other) => one.revision - other.revision)
    },

    lookUp: async (sku, revision) => {
      const [text, newest] = await use((client) =>
        Promise.all([client.hget(stockOutboxKey(sku), String(revision)), client.hget(stockKey(sku), 'rev')]),
      )
      return {
        unread: text === null ? undefined : readChange(sku, revision, text),
        newest: newest === null ? undefined : Number(newest),
      }
    },

    readBack: async (sku, revision) => {
      await use((client) => client.hdel(stockOutboxKey(sku), String(revision)))
    },

    settle: async ({ sku, dueMs }) => {
      await script(scripts.settle, [DUE_SKUS_KEY], [sku, dueMs])
    },
  }
}

import type { Redis } from 'ioredis'
import * as z from 'zod'
import type { LedgerEntry, RedisState, StockRecord, StoredOrder } from './evidence.ts'

const units = z.coerce.number().int()
const stockHash = z.object({ onHand: units, reserved: units, sold: units, received: units })
const line = z.object({ sku: z.string(), quantity: z.number() })
const orderHash = z.object({
  st: z.string(),
  body: z.string().transform((text) => z.object({ lines: z.array(line) }).parse(JSON.parse(text))),
})
const notificationHash = z.object({ eventId: z.string(), channel: z.string(), st: z.string() })
const entryText = /^([RDXZ]):(\d+):\d+$/

/** Reads what the nodes of a cluster hold, key by key, without code of the functions: only key names are shared. */
export async function readRedis(nodes: readonly Redis[]): Promise<RedisState> {
  const found = await Promise.all(nodes.map(readNode))
  const counters: Record<string, number> = {}
  for (const { counts } of found) {
    for (const [field, count] of counts) counters[field] = (counters[field] ?? 0) + count
  }
  const waiting: Record<string, number> = { intent: 0, outbox: 0, open: 0 }
  for (const { sets } of found) for (const [name, count] of sets) waiting[name] = (waiting[name] ?? 0) + count
  return {
    stock: found.flatMap(({ stock }) => stock),
    ledger: found.flatMap(({ ledger }) => ledger),
    orders: found.flatMap(({ orders }) => orders),
    counted: found.flatMap(({ counted }) => counted),
    notifications: found.flatMap(({ notifications }) => notifications),
    keys: found.flatMap(({ keys }) => keys),
    counters,
    waiting,
  }
}

/** The stock records that can be read now; a node that is away has none. */
export async function readStock(
  nodes: readonly Redis[],
  skus: readonly string[],
): Promise<readonly StockRecord[]> {
  const reads = nodes.flatMap((node) => skus.map((sku) => stockOf(node, sku).catch(() => undefined)))
  return (await Promise.all(reads)).filter((record) => record !== undefined)
}

async function stockOf(node: Redis, sku: string): Promise<StockRecord | undefined> {
  const fields = await node.hgetall(`{s:${sku}}:stk`)
  return Object.keys(fields).length === 0 ? undefined : { sku, ...stockHash.parse(fields) }
}

async function readNode(node: Redis) {
  const names = await node.keys('*')
  const stock: StockRecord[] = []
  const ledger: LedgerEntry[] = []
  const orders: StoredOrder[] = []
  const notifications: { eventId: string; channel: string; status: string }[] = []
  const counted: string[] = []
  const counts: [string, number][] = []
  const sets: [string, number][] = []
  const keys: { key: string; ttlMs: number }[] = []

  for (const key of names) {
    keys.push({ key, ttlMs: await node.pttl(key) })
    const [, tag = '', rest = ''] = /^\{([^}]*)\}:(.*)$/.exec(key) ?? []
    const [family = '', name = ''] = [tag.slice(0, tag.indexOf(':')), tag.slice(tag.indexOf(':') + 1)]
    if (family === 's' && rest === 'stk') {
      stock.push({ sku: name, ...stockHash.parse(await node.hgetall(key)) })
    } else if (family === 's' && rest.startsWith('led:')) {
      ledger.push(...toEntries(name, await node.hgetall(key)))
    } else if (family === 'o' && rest.startsWith('o:')) {
      const { st, body } = orderHash.parse(await node.hgetall(key))
      orders.push({ orderId: rest.slice('o:'.length), status: st, lines: body.lines })
    } else if (family === 'o' && ['intent', 'outbox', 'open'].includes(rest)) {
      sets.push([rest, await node.zcard(key)])
    } else if (family === 'an' && rest.startsWith('seen:')) {
      counted.push(...(await node.smembers(key)))
    } else if (family === 'an' && rest === 'cnt:all') {
      counts.push(
        ...Object.entries(await node.hgetall(key)).map(
          ([field, count]) => [field, Number(count)] as [string, number],
        ),
      )
    } else if (family === 'n' && rest !== 'log' && !rest.startsWith('of:')) {
      const { eventId, channel, st } = notificationHash.parse(await node.hgetall(key))
      notifications.push({ eventId, channel, status: st })
    }
  }
  return { stock, ledger, orders, notifications, counted, counts, sets, keys }
}

/** The entries of a ledger. An entry of another form is left out; adjustments are in `{s:<sku>}:adj`, not here. */
const toEntries = (sku: string, fields: Readonly<Record<string, string>>): readonly LedgerEntry[] =>
  Object.entries(fields).flatMap(([orderId, text]) => {
    const [, letter, quantity] = entryText.exec(text) ?? []
    const known = z.enum(['R', 'D', 'X', 'Z']).safeParse(letter).data
    return known ? [{ sku, orderId, letter: known, quantity: Number(quantity) }] : []
  })

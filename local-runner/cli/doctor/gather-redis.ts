import { Cluster, Redis } from 'ioredis'
import { redisAddresses } from '../../servers/redis-addresses.ts'
import type { RedisFacts, RedisNodeFacts } from './facts.ts'

/** Keys of the shop (docs/order-protocol.md, 4.8), by which it refuses orders. */
const FROZEN_KEY = '{r}:frozen'
const BACKLOG_KEY = '{r}:backlog'
/** Set only where it exists, which it never does: so Redis judges a write, and nothing is written. */
const PROBE_KEY = '{r}:doctor'

const LIMIT_MS = 2000
const OPTIONS = {
  lazyConnect: true,
  connectTimeout: LIMIT_MS,
  commandTimeout: LIMIT_MS,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
  // It would wait for a Redis that is loading, which a command tells at once.
  enableReadyCheck: false,
} as const

/** The forms of `redisAddresses`, with a login. */
function createClient(url: string): Redis | Cluster {
  if (!url.includes('+cluster://')) return new Redis(url, OPTIONS)
  const { tls, nodes } = redisAddresses(url) ?? { tls: false, nodes: [] }
  const [username = '', password = ''] = (/\/\/([^@/]*)@/.exec(url)?.[1] ?? '')
    .split(':')
    .map(decodeURIComponent)
  return new Cluster([...nodes], {
    lazyConnect: true,
    enableReadyCheck: false,
    clusterRetryStrategy: () => null,
    slotsRefreshTimeout: LIMIT_MS,
    ...(tls && { dnsLookup: (host, callback) => callback(null, host) }),
    redisOptions: {
      ...OPTIONS,
      ...(username && { username }),
      ...(password && { password }),
      ...(tls && { tls: {} }),
    },
  })
}

/** `name:value` lines. */
function parseInfo(text: string) {
  const fields = new Map(
    text.split('\r\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1)] as const
    }),
  )
  return (name: string) => fields.get(name) ?? ''
}

async function gatherNode(node: Redis): Promise<RedisNodeFacts> {
  const refusal = await node.set(PROBE_KEY, '1', 'XX').then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  const info = parseInfo(await node.info('all'))
  return {
    address: `${node.options.host}:${node.options.port}`,
    // Another node of the cluster has the slot: this one would judge a write of its own in the same way, but is not asked.
    refusal: refusal?.startsWith('MOVED ') ? infoRefusal(info) : refusal,
    usedBytes: Number(info('used_memory')),
    maxBytes: Number(info('maxmemory')),
    mayHaveLostWrites:
      info('aof_enabled') !== '1' ||
      /[^0]/.test(info('master_replid2')) ||
      ['flushall', 'flushdb'].some((command) => info(`cmdstat_${command}`) !== ''),
  }
}

/** What a write would be answered, by the state of the node. */
function infoRefusal(info: (name: string) => string): string | undefined {
  if (info('aof_enabled') === '1' && info('aof_last_write_status') === 'err')
    return 'MISCONF its last write to the append-only file failed'
  const [used, max] = [Number(info('used_memory')), Number(info('maxmemory'))]
  if (max > 0 && used > max && info('maxmemory_policy') === 'noeviction') return 'OOM its memory is used up'
  return undefined
}

const asText = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** What Redis says of itself and of the shop. @param now epoch ms */
export async function gatherRedis(url: string, now: () => number): Promise<RedisFacts> {
  const client = createClient(url)
  // Without a listener ioredis prints it, and each command has it as well.
  let lastError: unknown
  client.on('error', (error: unknown) => {
    lastError = error
  })
  const facts = { url: url.replace(/\/\/[^@/]*@/, '//'), nowMs: now() }
  try {
    await client.connect()
    const nodes: RedisNodeFacts[] = []
    for (const node of client instanceof Cluster ? client.nodes('master') : [client]) {
      nodes.push(await gatherNode(node))
    }
    const [frozen, backlog] = await client.mget(FROZEN_KEY, BACKLOG_KEY)
    return {
      ...facts,
      error: undefined,
      nodes,
      frozen: frozen ?? undefined,
      backlogSeconds: backlog == null ? undefined : Number(backlog),
    }
  } catch (error) {
    const why = asText(lastError ?? error)
    return { ...facts, error: why, nodes: [], frozen: undefined, backlogSeconds: undefined }
  } finally {
    client.disconnect()
  }
}

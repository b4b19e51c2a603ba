import { Cluster, Redis } from 'ioredis'
import { writeTogether } from '../write-together.ts'

/** Longest wait for a server to take a connection, in ms. */
export const CONNECT_TIMEOUT_MS = 1000

/** Reasons: docs/order-protocol.md 15.2. */
const OPTIONS = {
  lazyConnect: true,
  connectTimeout: CONNECT_TIMEOUT_MS,
  commandTimeout: 800,
  maxRetriesPerRequest: 1,
  noDelay: true,
  keepAlive: 5000,
} as const
/** With the offline queue on, a command that timed out would still run later. */
const enableOfflineQueue = false
const retryDelayMs = (attempt: number): number => Math.min(attempt * 100, 1000)

export type RedisClient = Redis | Cluster

/**
 * A client that is not connected yet. `url` is `redis://[user:password@]host:port/db`, or for a Redis Cluster
 * `redis+cluster://[user:password@]host:port,host:port` with one or more of its nodes; `rediss` in either for TLS.
 */
export function createClient(url: string): RedisClient {
  const [, tls, userInfo, nodes] = /^redis(s?)\+cluster:\/\/(?:([^@/]*)@)?([^@/]+)\/?$/.exec(url) ?? []
  if (nodes !== undefined) return createCluster(nodes, tls === 's', userInfo)
  if (/^rediss?:\/\/./.test(url)) {
    const client = new Redis(url, { ...OPTIONS, enableOfflineQueue, retryStrategy: retryDelayMs })
    collectWrites(client)
    return client
  }
  throw new Error(
    'REDIS_URL must be redis://host:port or redis+cluster://host:port,host:port; with TLS rediss:// or rediss+cluster://.',
  )
}

function createCluster(nodes: string, tls: boolean, userInfo: string | undefined): Cluster {
  const [username = '', password = ''] = (userInfo ?? '').split(':').map(decodeURIComponent)
  const cluster = new Cluster(nodes.split(',').map(toNode), {
    lazyConnect: true,
    // Here, because under redisOptions a Cluster ignores it (redis/ioredis#1604).
    enableOfflineQueue,
    // A failed check would end all nodes (see `connect` below). A cluster that is down tells each command: CLUSTERDOWN.
    enableReadyCheck: false,
    scaleReads: 'master',
    maxRedirections: 8,
    retryDelayOnFailover: 100,
    clusterRetryStrategy: retryDelayMs,
    // By default a lost node is not reconnected.
    clusterNodeRetryStrategy: retryDelayMs,
    slotsRefreshTimeout: 3000,
    // The certificate names the host, so the host must not become an address (redis/ioredis#1454).
    ...(tls && { dnsLookup: (host, callback) => callback(null, host) }),
    redisOptions: {
      ...OPTIONS,
      ...(username && { username }),
      ...(password && { password }),
      ...(tls && { tls: {} }),
    },
  })
  // A node that is not being connected queues its first commands, and runs them later even if they timed out. So connect
  // each node, but not before the cluster is ready: while no node answers, ioredis ends them all to start over, and a node
  // that waits for its next attempt never ends.
  const connect = (node: Redis) => void node.connect().catch(() => undefined)
  cluster.on('ready', () => cluster.nodes().forEach(connect))
  cluster.on('+node', (node: Redis) => {
    collectWrites(node)
    if (cluster.status === 'ready') connect(node)
  })
  return cluster
}

/**
 * ioredis writes each command by itself. Not its pipelines: here every command keeps its own reply, error and time limit, and
 * goes to its own node. Each connection is another stream.
 */
const collectWrites = (node: Redis) => void node.on('connect', () => writeTogether(node.stream))

function toNode(address: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(`tcp://${address}`)
  return { host: hostname, port: Number(port || 6379) }
}

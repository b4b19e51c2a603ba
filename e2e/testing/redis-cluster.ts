import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Guardian } from '../../local-runner/servers/guardian.ts'
import type { Ports } from '../../local-runner/servers/ports.ts'
import { startRedis } from '../../local-runner/servers/redis.ts'
import { logFileOf } from '../../local-runner/servers/server-log.ts'
import { type FaultyLink, startFaultyLink } from './faulty-link.ts'
import { type RestartableServer, startRestartable } from './restartable-server.ts'
import { waitFor } from './wait-for.ts'

export interface RedisNode extends RestartableServer {
  readonly name: string
  /** The link through which clients of the cluster reach this node. */
  readonly link: FaultyLink
  /** A client of this node alone, past the link; it sees the keys in the node's slots. */
  readonly direct: Redis
}

export interface RedisCluster {
  readonly nodes: readonly RedisNode[]
  /** `redis+cluster://…`, with the links of all nodes. */
  readonly url: string
  readonly close: () => Promise<void>
}

export interface RedisClusterPlace {
  /** The server's program. */
  readonly file: string
  readonly dataDirectory: string
  readonly ports: Ports
}

const SLOTS = 16_384
const NODES = 3
/** After this silence the others take a node for failed. */
const NODE_TIMEOUT_MS = 2000

/** Starts a Redis Cluster of three masters, each behind a link of its own. The guardian ends the servers. */
export async function startRedisCluster(
  guardian: Pick<Guardian, 'start'>,
  place: RedisClusterPlace,
): Promise<RedisCluster> {
  const started: Awaited<ReturnType<typeof startNode>>[] = []
  for (let index = 0; index < NODES; index += 1) started.push(await startNode(guardian, place, index))
  const [first] = started
  for (const [index, { direct, port, busPort }] of started.entries()) {
    const from = Math.ceil((index * SLOTS) / NODES)
    const to = Math.ceil(((index + 1) * SLOTS) / NODES) - 1
    await direct.cluster('SET-CONFIG-EPOCH', index + 1)
    await direct.call('CLUSTER', 'ADDSLOTSRANGE', from, to)
    // The client's typings have no bus port.
    if (index > 0) await first?.direct.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort)
  }
  for (const { direct } of started) {
    await waitFor(
      () => direct.cluster('INFO'),
      (text) => text.includes('cluster_state:ok') && text.includes(`cluster_known_nodes:${NODES}`),
    )
  }
  return {
    nodes: started,
    url: `redis+cluster://${started.map(({ link }) => `127.0.0.1:${link.port}`).join(',')}`,
    close: async () => {
      for (const { direct, link } of started) {
        direct.disconnect()
        await link.cut()
      }
    },
  }
}

async function startNode(guardian: Pick<Guardian, 'start'>, place: RedisClusterPlace, index: number) {
  const { file, dataDirectory, ports } = place
  const name = `redis-${index + 1}`
  const [port, busPort] = [await ports.take(6379), await ports.take(16_379)]
  const link = await startFaultyLink(`127.0.0.1:${port}`)
  const server = await startRestartable(() =>
    startRedis(guardian, {
      file,
      directory: join(dataDirectory, name),
      logFile: logFileOf(dataDirectory, name),
      port,
      name,
      settings: {
        'cluster-enabled': 'yes',
        'cluster-port': busPort,
        'cluster-announce-ip': '127.0.0.1',
        'cluster-announce-port': link.port,
        'cluster-announce-bus-port': busPort,
        'cluster-node-timeout': NODE_TIMEOUT_MS,
        // While one node is away the slots of the others stay available, so orders get stuck half way.
        'cluster-require-full-coverage': 'no',
      },
    }),
  )
  const direct = new Redis(port, '127.0.0.1', { commandTimeout: 2000, retryStrategy: () => 100 })
  direct.on('error', () => undefined)
  return { name, port, busPort, link, direct, ...server }
}

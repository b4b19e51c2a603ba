import { downloadArtifacts } from '../../local-runner/servers/artifacts.ts'
import { startGuardian } from '../../local-runner/servers/guardian.ts'
import { takeLock } from '../../local-runner/servers/lock.ts'
import { createPorts } from '../../local-runner/servers/ports.ts'
import { findRequirements } from '../../local-runner/servers/requirements.ts'
import { type KafkaServer, startKafkaServer } from './kafka-server.ts'
import { type RedisCluster, startRedisCluster } from './redis-cluster.ts'

export interface FaultStack {
  readonly kafka: KafkaServer
  readonly redis: RedisCluster
  readonly stop: () => Promise<void>
}

export interface FaultStackPlace {
  /** Absolute: servers that were downloaded once. */
  readonly artifactsDirectory: string
  /** Absolute: the servers' data and logs. */
  readonly dataDirectory: string
}

/** A real Kafka and a real Redis Cluster of three nodes, each of which can be killed, paused and cut off. */
export async function startFaultStack({
  artifactsDirectory,
  dataDirectory,
}: FaultStackPlace): Promise<FaultStack> {
  const wanted = { artifactsDirectory, kafkaVersion: '4.3.1', redis: true, docker: 'not used' } as const
  const { java, redis: server, missing } = await findRequirements(wanted)
  if (!java || !server) throw new Error('There is no Java or no Redis to start.')
  if (missing.kafkaVersion ?? missing.redisEntry) await downloadArtifacts(artifactsDirectory, missing)
  await takeLock(dataDirectory, (line) => console.log(line))
  const guardian = startGuardian(dataDirectory)
  const ports = createPorts({ any: true })
  try {
    const [kafka, redis] = await Promise.all([
      startKafkaServer({ artifactsDirectory, dataDirectory, guardian, java, ports }),
      startRedisCluster(guardian, { file: server.file, dataDirectory, ports }),
    ])
    const stop = async () => {
      await redis.close()
      await guardian.stop()
    }
    return { kafka, redis, stop }
  } catch (error) {
    await guardian.stop()
    throw error
  }
}

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Guardian, ServerProcess } from './guardian.ts'
import { type JavaSetup, startJavaServer } from './java-server.ts'
import { ZOOKEEPER_SESSION_SECONDS, zooKeeperBroker } from './kafka-properties.ts'
import { toProperties } from './properties.ts'
import { ServerStartError } from './start-server.ts'

const RETRY_AFTER_MS = 500

export interface BrokerPlace {
  readonly directory: string
  readonly logFile: string
  readonly port: number
  readonly zooKeeperPort: number
  readonly say: (line: string) => void
}

/** Starts a broker that ZooKeeper manages. After a kill -9 it waits until ZooKeeper has forgotten the dead broker. */
export async function startZooKeeperKafka(
  guardian: Pick<Guardian, 'start'>,
  setup: JavaSetup,
  { directory, logFile, port, zooKeeperPort, say }: BrokerPlace,
): Promise<ServerProcess> {
  const configFile = join(directory, 'server.properties')
  await mkdir(directory, { recursive: true })
  await writeFile(configFile, toProperties(zooKeeperBroker(directory, port, zooKeeperPort)))
  // The session may have been renewed right before the kill, and ZooKeeper ends sessions on its next tick (2 s).
  const deadline = performance.now() + (ZOOKEEPER_SESSION_SECONDS + 4) * 1000
  for (let isSaid = false; ; isSaid = true) {
    try {
      return await startJavaServer(guardian, setup, {
        name: 'kafka',
        mainClass: 'kafka.Kafka',
        configFile,
        logFile,
        isReady: (log) => log.includes('[KafkaServer id=1] started'),
      })
    } catch (error) {
      const isRemembered = error instanceof ServerStartError && error.log.includes('NodeExists')
      if (!isRemembered || performance.now() > deadline) throw error
      if (!isSaid) say('Kafka was killed before: waiting until ZooKeeper forgets it, 6 s or a little more')
      await delay(RETRY_AFTER_MS)
    }
  }
}

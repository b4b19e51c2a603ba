import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Guardian, ServerProcess } from './guardian.ts'
import { type JavaSetup, startJavaServer } from './java-server.ts'
import { writeProperties, ZOOKEEPER_SESSION_SECONDS, zooKeeperBroker } from './kafka-properties.ts'
import { ServerStartError } from './start-server.ts'

const RETRY_AFTER_MS = 500

export interface BrokerPlace {
  readonly directory: string
  readonly logFile: string
  readonly port: number
  readonly zooKeeperPort: number
  readonly print: (line: string) => void
}

/** Starts a broker that uses ZooKeeper. After a SIGKILL it waits until ZooKeeper has expired the dead broker's session. */
export async function startZooKeeperKafka(
  guardian: Pick<Guardian, 'start'>,
  setup: JavaSetup,
  { directory, logFile, port, zooKeeperPort, print }: BrokerPlace,
): Promise<ServerProcess> {
  const configFile = join(directory, 'server.properties')
  await writeProperties(configFile, zooKeeperBroker(directory, port, zooKeeperPort))
  // The session may have been renewed just before the kill, and ZooKeeper expires sessions at its next tick (2 s).
  const deadline = performance.now() + (ZOOKEEPER_SESSION_SECONDS + 4) * 1000
  for (let isPrinted = false; ; isPrinted = true) {
    try {
      return await startJavaServer(guardian, setup, {
        name: 'kafka',
        mainClass: 'kafka.Kafka',
        configFile,
        logFile,
        isReady: (log) => log.includes('[KafkaServer id=1] started'),
      })
    } catch (error) {
      const isRegistered = error instanceof ServerStartError && error.log.includes('NodeExists')
      if (!isRegistered || performance.now() > deadline) throw error
      if (!isPrinted)
        print('Kafka was killed the last time: waiting until its ZooKeeper session expires, about 6 s')
      await delay(RETRY_AFTER_MS)
    }
  }
}

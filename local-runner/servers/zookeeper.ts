import { join } from 'node:path'
import { askServer } from './ask-server.ts'
import type { Guardian, ServerProcess } from './guardian.ts'
import { type JavaSetup, startJavaServer } from './java-server.ts'
import { writeProperties } from './kafka-properties.ts'

export interface ZooKeeperPlace {
  readonly directory: string
  readonly logFile: string
  readonly port: number
}

/** Starts a standalone ZooKeeper, ready when it answers `srvr` with its mode. */
export async function startZooKeeper(
  guardian: Pick<Guardian, 'start'>,
  setup: JavaSetup,
  { directory, logFile, port }: ZooKeeperPlace,
): Promise<ServerProcess> {
  const configFile = join(directory, 'zoo.properties')
  await writeProperties(configFile, {
    dataDir: join(directory, 'data'),
    clientPort: port,
    clientPortAddress: '127.0.0.1',
    maxClientCnxns: 0,
    'admin.enableServer': false,
  })
  return await startJavaServer(guardian, setup, {
    name: 'zookeeper',
    mainClass: 'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    configFile,
    logFile,
    isReady: async () => (await askServer('127.0.0.1', port, 'srvr')).includes('Mode:'),
  })
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { classPathOf, kafkaLibraries } from './artifacts.ts'
import type { Guardian, ServerProcess } from './guardian.ts'
import type { Java, JavaSetup } from './java-server.ts'
import { KAFKA_VERSIONS, type KafkaVersion, loggingOf, usesZooKeeper } from './kafka-release.ts'
import { startKraftKafka } from './kraft-kafka.ts'
import type { Ports } from './ports.ts'
import { logFileOf } from './server-log.ts'
import { startZooKeeper } from './zookeeper.ts'
import { startZooKeeperKafka } from './zookeeper-kafka.ts'

export interface NativeKafkaOptions {
  readonly artifactsDirectory: string
  readonly dataDirectory: string
  readonly java: Java
  readonly guardian: Pick<Guardian, 'start'>
  readonly ports: Ports
  readonly print: (line: string) => void
  /** Called for each server when it is ready. */
  readonly onReady: (name: string, port: number, server: ServerProcess) => void
}

/** What every Java server of the release needs. Writes the logging settings to the data directory. */
export async function setUpKafka(
  version: KafkaVersion,
  {
    artifactsDirectory,
    dataDirectory,
    java,
  }: Pick<NativeKafkaOptions, 'artifactsDirectory' | 'dataDirectory' | 'java'>,
): Promise<JavaSetup> {
  const logging = loggingOf(version)
  const loggingFile = join(dataDirectory, `logging-${version}.properties`)
  await writeFile(loggingFile, logging.text)
  return {
    java,
    classPath: await classPathOf(kafkaLibraries(artifactsDirectory, version)),
    loggingOption: logging.toOption(loggingFile),
    archivePrefix: join(artifactsDirectory, `classes-${version}`),
  }
}

const folderOf = (version: KafkaVersion) =>
  usesZooKeeper(version) ? `kafka-${version}-with-zookeeper` : `kafka-${version}`

/** The folders of a data directory that hold a Kafka's data, of whatever release. */
export const KAFKA_FOLDERS: readonly string[] = KAFKA_VERSIONS.map(folderOf)

/** Starts one broker of the release, with ZooKeeper if it needs one. Resolves to its address. */
export async function startNativeKafka(version: KafkaVersion, options: NativeKafkaOptions): Promise<string> {
  const { dataDirectory, guardian, ports, print, onReady } = options
  const setup = await setUpKafka(version, options)
  const logFile = logFileOf(dataDirectory, 'kafka')
  const directory = join(dataDirectory, folderOf(version))
  const port = await ports.take(9092)

  if (usesZooKeeper(version)) {
    // One folder for both: the data of one belongs to the data of the other.
    const zooKeeperPort = await ports.take(2181)
    const zooKeeper = await startZooKeeper(guardian, setup, {
      directory: join(directory, 'zookeeper'),
      logFile: logFileOf(dataDirectory, 'zookeeper'),
      port: zooKeeperPort,
    })
    onReady('ZooKeeper 3.6.4', zooKeeperPort, zooKeeper)
    const place = { directory: join(directory, 'kafka'), logFile, port, zooKeeperPort, print }
    onReady(`Kafka ${version}`, port, await startZooKeeperKafka(guardian, setup, place))
  } else {
    const controllerPort = await ports.take(9093)
    const broker = await startKraftKafka(guardian, setup, { directory, logFile, port, controllerPort })
    onReady(`Kafka ${version}`, port, broker)
  }
  return `127.0.0.1:${port}`
}

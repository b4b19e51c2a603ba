import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

type Properties = Readonly<Record<string, string | number | boolean>>

/** The text of a Java properties file. */
export const toProperties = (entries: Properties): string =>
  Object.entries(entries)
    .map(([key, value]) => `${key}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('')

/** Writes a Java properties file, and its folder where there is none. */
export async function writeProperties(path: string, entries: Properties): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, toProperties(entries))
}

/** Settings of a single broker, with ZooKeeper or without. */
const singleBroker = (directory: string): Properties => ({
  'log.dirs': `${directory}/log`,
  'default.replication.factor': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 1,
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1000,
  'auto.create.topics.enable': 'false',
  // The default takes 128 MiB of heap.
  'log.cleaner.dedupe.buffer.size': 2_097_152,
})

/** How long ZooKeeper keeps the registration of a killed broker; until then no other can register under its id. */
export const ZOOKEEPER_SESSION_SECONDS = 6

export const zooKeeperBroker = (directory: string, port: number, zooKeeperPort: number): Properties => ({
  'broker.id': 1,
  'zookeeper.connect': `127.0.0.1:${zooKeeperPort}`,
  'zookeeper.session.timeout.ms': ZOOKEEPER_SESSION_SECONDS * 1000,
  listeners: `PLAINTEXT://127.0.0.1:${port}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
  ...singleBroker(directory),
})

export const kraftBroker = (directory: string, port: number, controllerPort: number): Properties => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
  listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'PLAINTEXT',
  // The default of 9 s is how long the controller refuses a killed broker that restarts.
  'broker.session.timeout.ms': 3000,
  'broker.heartbeat.interval.ms': 1000,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  ...singleBroker(directory),
})

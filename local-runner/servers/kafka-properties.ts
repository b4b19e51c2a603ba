type Properties = Readonly<Record<string, string | number>>

/** What a broker that is alone needs, in either mode. */
const aloneBroker = (directory: string): Properties => ({
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

/** How long ZooKeeper remembers a broker that was killed; until then a new one with its id cannot register. */
export const ZOOKEEPER_SESSION_SECONDS = 6

export const zooKeeperBroker = (directory: string, port: number, zooKeeperPort: number): Properties => ({
  'broker.id': 1,
  'zookeeper.connect': `127.0.0.1:${zooKeeperPort}`,
  'zookeeper.session.timeout.ms': ZOOKEEPER_SESSION_SECONDS * 1000,
  listeners: `PLAINTEXT://127.0.0.1:${port}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
  ...aloneBroker(directory),
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
  // 9 s by default: so long the controller refuses a broker that was killed and comes back.
  'broker.session.timeout.ms': 3000,
  'broker.heartbeat.interval.ms': 1000,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  ...aloneBroker(directory),
})

import type { ServerProcess } from '../../local-runner/servers/guardian.ts'
import type { Java } from '../../local-runner/servers/java-server.ts'
import { type NativeKafkaOptions, startNativeKafka } from '../../local-runner/servers/native-kafka.ts'
import type { Ports } from '../../local-runner/servers/ports.ts'
import { type RestartableServer, startRestartable } from './restartable-server.ts'

export interface KafkaServer extends RestartableServer {
  /** host:port */
  readonly broker: string
}

export interface KafkaPlace extends Pick<
  NativeKafkaOptions,
  'artifactsDirectory' | 'dataDirectory' | 'guardian'
> {
  readonly java: Java
  readonly ports: Ports
}

/** Starts a Kafka 4.3.1 that can be killed and started again on its ports and its data. The guardian ends it. */
export async function startKafkaServer({ ports, ...place }: KafkaPlace): Promise<KafkaServer> {
  const [port, controllerPort] = [await ports.take(9092), await ports.take(9093)]
  const samePorts: Ports = { take: async (standard) => (standard === 9092 ? port : controllerPort) }
  const server = await startRestartable(async () => {
    let started: ServerProcess | undefined
    await startNativeKafka('4.3.1', {
      ...place,
      ports: samePorts,
      print: () => undefined,
      onReady: (_name, _port, process) => (started = process),
    })
    if (!started) throw new Error('Kafka is ready, but no process was named.')
    return started
  })
  return { broker: `127.0.0.1:${port}`, ...server }
}

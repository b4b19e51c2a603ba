import type { KafkaLogin } from '../kafka/kafka-login.ts'
import { startContainers } from './containers.ts'
import { createComposeServices, whyNoDocker } from './docker.ts'
import { emptyData, type EmptyDataOptions } from './empty-data.ts'
import { DEFAULT_KAFKA_VERSION, type KafkaVersion } from './kafka-release.ts'
import { startNative } from './native.ts'
import { createPorts } from './ports.ts'
import { checkKafka, checkRedis } from './provided-servers.ts'

export interface ServersOptions {
  /** A Kafka that runs already, `host:port` each. */
  readonly kafkaBrokers?: readonly string[] | undefined
  /** For that Kafka. */
  readonly kafkaLogin?: KafkaLogin
  /** A Redis that runs already: redis://host:port. */
  readonly redisUrl?: string | undefined
  /** The compose file has the default release. */
  readonly kafkaVersion?: KafkaVersion | undefined
  /** Absolute: where docker-compose.yml is. */
  readonly projectDirectory: string
  /** Absolute: downloaded servers and class archives, shared by all copies of the project on this machine. */
  readonly artifactsDirectory: string
  /** Absolute: the servers' data and logs, of this copy alone. */
  readonly dataDirectory: string
  /** Added to the standard ports 2181, 9092 and 6379; if one is taken, the next free one is used. */
  readonly portOffset: number
  /** Uses any free ports instead of the standard ones. */
  readonly anyPorts?: boolean
  /** Starts the servers directly, without looking for Docker. */
  readonly native?: boolean
  readonly print: (line: string) => void
  /** Called when a server ends without being stopped: its name, the reason and the place of its logs. */
  readonly onDeath: (what: string) => void
}

export interface Servers {
  /** `host:port` each. */
  readonly kafkaBrokers: readonly string[]
  readonly redisUrl: string
  /** One line per server: what runs where. */
  readonly description: readonly string[]
  /** Stops only what was started here. */
  readonly stop: () => Promise<void>
}

/** Deletes the data of the servers that a start with the same options would run. */
export async function emptyServers(
  options: Omit<ServersOptions, 'artifactsDirectory' | 'onDeath'> & Pick<EmptyDataOptions, 'confirm'>,
): Promise<void> {
  const isNative = (await whyNoContainers(options)) !== undefined
  await emptyData({
    ...options,
    compose: isNative ? undefined : createComposeServices(options.projectDirectory),
  })
}

/** Finds or starts a Kafka and a Redis: the provided ones, else containers, else child processes. Prints each step. */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { kafkaBrokers, kafkaLogin = {}, redisUrl, print } = options
  const providedServers: string[] = []
  if (kafkaBrokers) {
    await checkKafka(kafkaBrokers, kafkaLogin)
    providedServers.push(`Kafka on ${kafkaBrokers.join(',')} (KAFKA_BROKERS)`)
  }
  if (redisUrl) {
    providedServers.push(`Redis on ${await checkRedis(redisUrl)} (REDIS_URL)`)
  }
  for (const line of providedServers) print(`Using ${line}`)
  if (kafkaBrokers && redisUrl) {
    return { kafkaBrokers, redisUrl, description: providedServers, stop: async () => undefined }
  }
  const { description, ...started } = await startMissing(options)
  return { ...started, description: [...providedServers, ...description] }
}

async function startMissing(options: ServersOptions): Promise<Servers> {
  const { kafkaBrokers, redisUrl, print } = options
  const obstacle = await whyNoContainers(options)
  if (obstacle === undefined) {
    try {
      return await startInContainers(options)
    } catch (error) {
      print(
        `${error instanceof Error ? error.message : String(error)}\nStarting the servers without Docker instead`,
      )
    }
  } else {
    print(`Starting the servers directly (${obstacle})`)
  }
  const servers = await startNative({
    ...options,
    kafkaVersion: kafkaBrokers ? undefined : (options.kafkaVersion ?? DEFAULT_KAFKA_VERSION),
    redis: !redisUrl,
    docker: obstacle ?? 'docker compose up failed',
    ports: createPorts({ offset: options.portOffset, any: options.anyPorts ?? false }),
  })
  return {
    kafkaBrokers: kafkaBrokers ?? [servers.kafkaBroker ?? ''],
    redisUrl: redisUrl ?? servers.redisUrl ?? '',
    description: servers.description,
    stop: servers.stop,
  }
}

/** The compose file fixes the release and the ports, so containers are ruled out when others are requested. */
async function whyNoContainers({
  native,
  anyPorts,
  portOffset,
  kafkaVersion = DEFAULT_KAFKA_VERSION,
}: Pick<ServersOptions, 'native' | 'anyPorts' | 'portOffset' | 'kafkaVersion'>) {
  if (native || anyPorts) return 'as requested'
  if (kafkaVersion !== DEFAULT_KAFKA_VERSION) return `KAFKA_VERSION is ${kafkaVersion}`
  if (portOffset !== 0) return 'the ports are shifted'
  return await whyNoDocker()
}

async function startInContainers(options: ServersOptions): Promise<Servers> {
  const { kafkaBrokers, redisUrl, projectDirectory, print } = options
  print('Docker answers: using the containers of docker-compose.yml')
  const services = [...(kafkaBrokers ? [] : ['zookeeper', 'kafka']), ...(redisUrl ? [] : ['redis'])]
  const compose = createComposeServices(projectDirectory)
  const { description, stop } = await startContainers({ ...options, compose, services })
  return {
    kafkaBrokers: kafkaBrokers ?? ['localhost:9092'],
    redisUrl: redisUrl ?? 'redis://localhost:6379',
    description,
    stop,
  }
}

import type { KafkaLogin } from '../kafka/kafka-login.ts'
import { startContainers } from './containers.ts'
import { createComposeServices, whyNoDocker } from './docker.ts'
import { DEFAULT_KAFKA_VERSION, type KafkaVersion } from './kafka-release.ts'
import { startNative } from './native.ts'
import { createPorts } from './ports.ts'
import { checkKafka, checkRedis } from './provided-servers.ts'

export interface StackOptions {
  /** A Kafka that runs already: host:port each. */
  readonly kafkaBrokers?: readonly string[] | undefined
  /** How to log in to it. */
  readonly kafkaLogin?: KafkaLogin
  /** A Redis that runs already: redis://host:port. */
  readonly redisUrl?: string | undefined
  /** Wish for one release. The compose file has the default one. */
  readonly kafkaVersion?: KafkaVersion | undefined
  /** Absolute: where docker-compose.yml is. */
  readonly projectDirectory: string
  /** Absolute: downloaded servers and class archives, shared by all copies of the project on this machine. */
  readonly artifactsDirectory: string
  /** Absolute: the servers' data and logs, of this copy alone. */
  readonly dataDirectory: string
  /** Shifts the standard ports 2181, 9092 and 6379; where one is taken, the next free one serves. */
  readonly portOffset: number
  /** Takes any free ports instead of the standard ones. */
  readonly anyPorts?: boolean
  /** Starts the servers directly, without a look for Docker. */
  readonly native?: boolean
  readonly say: (line: string) => void
  /** Told when a server ends that nobody stopped: its name, with how it ended and where its logs are in brackets. */
  readonly onDeath: (what: string) => void
}

export interface Stack {
  /** host:port each */
  readonly kafkaBrokers: readonly string[]
  readonly redisUrl: string
  /** One line per server: what runs where. */
  readonly description: readonly string[]
  /** Stops what was started here and nothing else. */
  readonly stop: () => Promise<void>
}

/** Finds or starts a Kafka and a Redis: those given, else in containers, else as child processes. Says each step. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { kafkaBrokers, kafkaLogin = {}, redisUrl, say } = options
  const given: string[] = []
  if (kafkaBrokers) {
    await checkKafka(kafkaBrokers, kafkaLogin)
    given.push(`Kafka on ${kafkaBrokers.join(',')} (given by KAFKA_BROKERS)`)
  }
  if (redisUrl) {
    given.push(`Redis on ${await checkRedis(redisUrl)} (given by REDIS_URL)`)
  }
  for (const line of given) say(`Using ${line}`)
  if (kafkaBrokers && redisUrl) {
    return { kafkaBrokers, redisUrl, description: given, stop: async () => undefined }
  }
  const { description, ...started } = await startMissing(options)
  return { ...started, description: [...given, ...description] }
}

async function startMissing(options: StackOptions): Promise<Stack> {
  const { kafkaBrokers, redisUrl, say } = options
  const obstacle = await whyNoContainers(options)
  if (obstacle === undefined) {
    try {
      return await startInContainers(options)
    } catch (error) {
      say(
        `${error instanceof Error ? error.message : String(error)}\nStarting the servers without Docker instead`,
      )
    }
  } else {
    say(`Starting the servers directly (${obstacle})`)
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

/** The compose file fixes the release and the ports, so a wish for others rules containers out. */
async function whyNoContainers({
  native,
  anyPorts,
  portOffset,
  kafkaVersion = DEFAULT_KAFKA_VERSION,
}: StackOptions) {
  if (native || anyPorts) return 'as asked'
  if (kafkaVersion !== DEFAULT_KAFKA_VERSION) return `KAFKA_VERSION is ${kafkaVersion}`
  if (portOffset !== 0) return 'the ports are shifted'
  return await whyNoDocker()
}

async function startInContainers(options: StackOptions): Promise<Stack> {
  const { kafkaBrokers, redisUrl, projectDirectory, say } = options
  say('Docker answers: using the containers of docker-compose.yml')
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

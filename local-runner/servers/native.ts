import { join } from 'node:path'
import { downloadArtifacts } from './artifacts.ts'
import { type ServerProcess, startGuardian } from './guardian.ts'
import type { KafkaVersion } from './kafka-release.ts'
import { takeLock } from './lock.ts'
import { startNativeKafka } from './native-kafka.ts'
import type { Ports } from './ports.ts'
import { REDIS_FOLDER, startRedis } from './redis.ts'
import { findRequirements } from './requirements.ts'
import { logFileOf, logsIn } from './server-log.ts'
import { withProgress } from './with-progress.ts'

export interface NativeOptions {
  readonly artifactsDirectory: string
  readonly dataDirectory: string
  /** Undefined when KAFKA_BROKERS names a Kafka. */
  readonly kafkaVersion: KafkaVersion | undefined
  /** False when REDIS_URL names a Redis. */
  readonly redis: boolean
  /** Why Docker is not used, for the message about what is missing. */
  readonly docker: string
  readonly ports: Ports
  readonly print: (line: string) => void
  readonly onDeath: (what: string) => void
}

export interface NativeServers {
  readonly kafkaBroker: string | undefined
  readonly redisUrl: string | undefined
  /** One line per server. */
  readonly description: readonly string[]
  readonly stop: () => Promise<void>
}

/** Starts the servers as children of a guardian, which stops them even when this process is killed. */
export async function startNative(options: NativeOptions): Promise<NativeServers> {
  const { artifactsDirectory, dataDirectory, kafkaVersion, ports, print, onDeath } = options
  const { java, redis, missing } = await findRequirements(options)
  const wanted = [missing.kafkaVersion && `Kafka ${missing.kafkaVersion}`, missing.redisEntry && 'Redis']
  const what = `Downloading ${wanted.filter(Boolean).join(' and ')} with Maven, only this once`
  if (wanted.some(Boolean)) await withProgress(print, what, downloadArtifacts(artifactsDirectory, missing))

  await takeLock(dataDirectory, print)
  const guardian = startGuardian(dataDirectory)
  let isStopping = false
  const stop = async () => {
    isStopping = true
    await guardian.stop()
  }
  const description: string[] = []
  const onReady = (name: string, port: number, { pid, exited }: ServerProcess) => {
    description.push(`${name} on 127.0.0.1:${port} (process ${pid})`)
    void exited.then((reason) => {
      if (!isStopping) onDeath(`${name} (process ${pid}, ${reason}; logs in ${logsIn(dataDirectory)})`)
    })
  }
  const startKafka = async () =>
    kafkaVersion && java
      ? await startNativeKafka(kafkaVersion, { ...options, java, guardian, onReady })
      : undefined
  const startRedisServer = async () => {
    if (!redis) return undefined
    const port = await ports.take(6379)
    const logFile = logFileOf(dataDirectory, 'redis')
    const directory = join(dataDirectory, REDIS_FOLDER)
    onReady(
      `Redis ${redis.version}`,
      port,
      await startRedis(guardian, { file: redis.file, directory, logFile, port }),
    )
    return `redis://127.0.0.1:${port}`
  }
  try {
    const both = Promise.all([startKafka(), startRedisServer()])
    const [kafkaBroker, redisUrl] = await withProgress(print, 'Starting the servers', both)
    return { kafkaBroker, redisUrl, description, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

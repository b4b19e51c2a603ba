import { join } from 'node:path'
import { bringArtifacts } from './artifacts.ts'
import { type ServerProcess, startGuardian } from './guardian.ts'
import type { KafkaVersion } from './kafka-release.ts'
import { takeLock } from './lock.ts'
import { startNativeKafka } from './native-kafka.ts'
import type { Ports } from './ports.ts'
import { startRedis } from './redis.ts'
import { findRequirements } from './requirements.ts'
import { logFileOf, logsIn } from './server-log.ts'
import { withProgress } from './with-progress.ts'

export interface NativeOptions {
  readonly artifactsDirectory: string
  readonly dataDirectory: string
  /** undefined when a Kafka is given */
  readonly kafkaVersion: KafkaVersion | undefined
  /** false when a Redis is given */
  readonly redis: boolean
  /** Why Docker is not used, for the message when something else is missing too. */
  readonly docker: string
  readonly ports: Ports
  readonly say: (line: string) => void
  readonly onDeath: (what: string) => void
}

export interface NativeServers {
  readonly kafkaBroker: string | undefined
  readonly redisUrl: string | undefined
  /** One line per server. */
  readonly description: readonly string[]
  readonly stop: () => Promise<void>
}

/** Starts the wanted servers as children of a guardian, which stops them even when this process is killed. */
export async function startNative(options: NativeOptions): Promise<NativeServers> {
  const { artifactsDirectory, dataDirectory, kafkaVersion, ports, say, onDeath } = options
  const { java, redis, missing } = await findRequirements(options)
  const wanted = [missing.kafkaVersion && `Kafka ${missing.kafkaVersion}`, missing.redisEntry && 'Redis']
  const what = `Downloading ${wanted.filter(Boolean).join(' and ')} with Maven, this once`
  if (wanted.some(Boolean)) await withProgress(say, what, bringArtifacts(artifactsDirectory, missing))

  await takeLock(dataDirectory, say)
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
  const bringUpKafka = async () =>
    kafkaVersion && java
      ? await startNativeKafka(kafkaVersion, { ...options, java, guardian, onReady })
      : undefined
  const bringUpRedis = async () => {
    if (!redis) return undefined
    const port = await ports.take(6379)
    const logFile = logFileOf(dataDirectory, 'redis')
    const directory = join(dataDirectory, 'redis')
    onReady(
      `Redis ${redis.version}`,
      port,
      await startRedis(guardian, { file: redis.file, directory, logFile, port }),
    )
    return `redis://127.0.0.1:${port}`
  }
  try {
    const both = Promise.all([bringUpKafka(), bringUpRedis()])
    const [kafkaBroker, redisUrl] = await withProgress(say, 'Starting the servers', both)
    return { kafkaBroker, redisUrl, description, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

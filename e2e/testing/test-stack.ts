import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KafkaVersion } from '../../local-runner/servers/kafka-release.ts'
import { startServers } from '../../local-runner/servers/servers.ts'

export interface TestStack {
  readonly kafkaBrokers: readonly string[]
  /** Has 64 databases, so that test files can keep out of each other's way. */
  readonly redisUrl: string
  /** Stops Kafka where it stands, as a long pause of its machine would. */
  readonly pauseKafka: () => void
  readonly continueKafka: () => void
  readonly stop: () => Promise<void>
}

/** A Kafka and a Redis of a test's own: real servers on free ports, with throw-away data. */
export async function startTestStack(kafkaVersion: KafkaVersion): Promise<TestStack> {
  const projectDirectory = join(import.meta.dirname, '..', '..')
  const dataDirectory = await mkdtemp(join(tmpdir(), 'order-pipeline-test-'))
  const servers = await startServers({
    kafkaVersion,
    projectDirectory,
    artifactsDirectory: join(projectDirectory, '.local', 'artifacts'),
    dataDirectory,
    portOffset: 0,
    anyPorts: true,
    native: true,
    print: (line) => console.log(line),
    onDeath: (what) => console.error(what),
  })
  const { kafkaBrokers, redisUrl } = servers
  return {
    kafkaBrokers,
    redisUrl,
    pauseKafka: () => void process.kill(kafkaPid(dataDirectory), 'SIGSTOP'),
    continueKafka: () => void process.kill(kafkaPid(dataDirectory), 'SIGCONT'),
    stop: async () => {
      await servers.stop()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

/** Of the Kafka that was started on this data. */
export function kafkaPid(dataDirectory: string): number {
  const processes = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8', maxBuffer: 1 << 24 })
  const line = processes
    .split('\n')
    .find((text) => text.includes('kafka.Kafka') && text.includes(dataDirectory))
  if (line === undefined) throw new Error(`No Kafka is running on ${dataDirectory}.`)
  return Number.parseInt(line, 10)
}

import { env } from 'node:process'
import { missingArtifacts, redisBinary } from './artifacts.ts'
import { findJava } from './find-java.ts'
import { findRedis, redisJarEntry, type RedisServer } from './find-redis.ts'
import type { Java } from './java-server.ts'
import type { KafkaVersion } from './kafka-release.ts'
import { findInstaller, type Lookup, toMissingMessage } from './missing.ts'
import { runCommand } from './run-command.ts'

export interface Wanted {
  readonly artifactsDirectory: string
  /** Undefined when KAFKA_BROKERS names a Kafka. */
  readonly kafkaVersion: KafkaVersion | undefined
  readonly redis: boolean
  /** Why Docker is not used, for the message. */
  readonly docker: string
}

export interface Requirements {
  readonly java: Java | undefined
  readonly redis: RedisServer | undefined
  /** What Maven still has to download. */
  readonly missing: ReturnType<typeof missingArtifacts>
}

/** Looks for everything that the native servers need. @throws one error that names everything that is missing */
export async function findRequirements(wanted: Wanted): Promise<Requirements> {
  const { artifactsDirectory, kafkaVersion } = wanted
  const [java, redis] = await Promise.all([
    kafkaVersion ? findJava(env['JAVA_HOME']) : undefined,
    wanted.redis ? findRedis() : undefined,
  ])
  const redisEntry = redis && !redis.found ? redisJarEntry() : undefined
  const missing = missingArtifacts(artifactsDirectory, { kafkaVersion, redisEntry })
  const needsMaven = Boolean(missing.kafkaVersion ?? missing.redisEntry)
  const maven = needsMaven ? await runCommand('mvn', ['-version'], { timeoutSeconds: 30 }) : undefined

  const lookups: Lookup[] = [{ what: 'a Docker engine with compose', result: wanted.docker, isMissing: true }]
  if (java)
    lookups.push({
      what: 'Java 17 or newer',
      result: java.found?.version ?? java.instead,
      isMissing: !java.found,
    })
  if (maven) {
    const isMissing = maven.code !== 0
    lookups.push({ what: 'Maven (mvn)', result: isMissing ? 'not found' : 'ready', isMissing })
  }
  const needsRedis = Boolean(redis && !redis.found && !redisEntry)
  if (needsRedis) {
    const result = `${redis?.instead}; none to download for ${process.platform} ${process.arch}`
    lookups.push({ what: 'redis-server or valkey-server 7 or newer', result, isMissing: true })
  }
  if (lookups.slice(1).some(({ isMissing }) => isMissing)) {
    throw new Error(toMissingMessage(lookups, findInstaller(env['PATH'] ?? ''), needsRedis))
  }
  const unpacked = redisEntry ? { file: redisBinary(artifactsDirectory), version: '7.0.15' } : undefined
  return { java: java?.found, redis: redis?.found ?? unpacked, missing }
}

import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { KAFKA_ARTIFACTS, type KafkaVersion, REDIS_ARTIFACT } from './kafka-release.ts'
import { toPom } from './pom.ts'
import { lastLines, runCommand } from './run-command.ts'

const MAVEN_LIMIT_SECONDS = 1800
const REDIS_JAR = `${REDIS_ARTIFACT.artifactId}-${REDIS_ARTIFACT.version}.jar`

export interface WantedArtifacts {
  readonly kafkaVersion?: KafkaVersion | undefined
  /** Name of the wanted server inside the Redis jar. */
  readonly redisEntry?: string | undefined
}

export const kafkaLibraries = (artifactsDirectory: string, version: KafkaVersion): string =>
  join(artifactsDirectory, `kafka-${version}`)

const redisDirectory = (artifactsDirectory: string) => join(artifactsDirectory, 'redis-7.0.15')
export const redisBinary = (artifactsDirectory: string): string =>
  join(redisDirectory(artifactsDirectory), 'redis-server')

/** Those of the wanted artifacts that are not kept yet: only they need Maven. */
export function missingArtifacts(
  artifactsDirectory: string,
  { kafkaVersion, redisEntry }: WantedArtifacts,
): WantedArtifacts {
  const isKept = { redis: existsSync(redisBinary(artifactsDirectory)) }
  const hasKafka = kafkaVersion && existsSync(kafkaLibraries(artifactsDirectory, kafkaVersion))
  return {
    kafkaVersion: hasKafka ? undefined : kafkaVersion,
    redisEntry: isKept.redis ? undefined : redisEntry,
  }
}

/** Moves a finished folder to its place in one step. Another copy of the project may have been quicker: then theirs stays. */
async function keep(folder: string, place: string) {
  if (!existsSync(place))
    await rename(folder, place).catch((error: unknown) => {
      if (!existsSync(place)) throw error
    })
}

async function unpackRedis(jar: string, entry: string, directory: string) {
  // Loaded here only: it belongs to the development dependencies, which the container image goes without.
  const { unzipSync } = await import('fflate')
  const binary = unzipSync(await readFile(jar), { filter: ({ name }) => name === entry })[entry]
  if (!binary) throw new Error(`${REDIS_JAR} holds no ${entry}. Install redis-server 7 or newer.`)
  await mkdir(directory)
  await writeFile(join(directory, 'redis-server'), binary)
  await chmod(join(directory, 'redis-server'), 0o755)
}

/** Brings what is missing with one Maven call and keeps it. A folder in its place is always a whole one. */
export async function bringArtifacts(
  artifactsDirectory: string,
  { kafkaVersion, redisEntry }: WantedArtifacts,
): Promise<void> {
  await mkdir(artifactsDirectory, { recursive: true })
  const work = await mkdtemp(join(artifactsDirectory, 'download-'))
  try {
    const pom = join(work, 'pom.xml')
    const libraries = join(work, 'lib')
    await writeFile(
      pom,
      toPom(kafkaVersion ? KAFKA_ARTIFACTS[kafkaVersion] : [], redisEntry ? [REDIS_ARTIFACT] : []),
    )
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${libraries}`]
    const { code, output } = await runCommand('mvn', ['-q', '-B', '-f', pom, ...goal], {
      timeoutSeconds: MAVEN_LIMIT_SECONDS,
    })
    if (code !== 0) throw new Error(mavenFailure(output))

    if (redisEntry) {
      const unpacked = join(work, 'redis')
      await unpackRedis(join(libraries, REDIS_JAR), redisEntry, unpacked)
      await rm(join(libraries, REDIS_JAR))
      await keep(unpacked, redisDirectory(artifactsDirectory))
    }
    if (kafkaVersion) await keep(libraries, kafkaLibraries(artifactsDirectory, kafkaVersion))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const mavenFailure = (output: string) =>
  `Maven could not bring Kafka and Redis. The end of what it said:\n${lastLines(output)}\n` +
  'It needs a way to its repository once: check the network, the proxy and ~/.m2/settings.xml, then start again. ' +
  'Or give running servers with KAFKA_BROKERS and REDIS_URL.'

/** The class path, in the same order every time: a class-data archive is only good for exactly the class path it was made with. */
export async function classPathOf(libraries: string): Promise<string> {
  const jars = (await readdir(libraries)).filter((file) => file.endsWith('.jar')).sort()
  return jars.map((jar) => join(libraries, jar)).join(delimiter)
}

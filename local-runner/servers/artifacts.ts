import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Coordinates, KAFKA_ARTIFACTS, type KafkaVersion, REDIS_ARTIFACT } from './kafka-release.ts'
import { lastLines, runCommand } from './run-command.ts'

const MAVEN_LIMIT_SECONDS = 1800
const REDIS_JAR = `${REDIS_ARTIFACT.artifactId}-${REDIS_ARTIFACT.version}.jar`

export interface WantedArtifacts {
  readonly kafkaVersion?: KafkaVersion | undefined
  /** Name of the server's binary inside the Redis jar. */
  readonly redisEntry?: string | undefined
}

export const kafkaLibraries = (artifactsDirectory: string, version: KafkaVersion): string =>
  join(artifactsDirectory, `kafka-${version}`)

const redisDirectory = (artifactsDirectory: string) => join(artifactsDirectory, 'redis-7.0.15')
export const redisBinary = (artifactsDirectory: string): string =>
  join(redisDirectory(artifactsDirectory), 'redis-server')

/** The wanted artifacts that are not on disk yet; only they need Maven. */
export function missingArtifacts(
  artifactsDirectory: string,
  { kafkaVersion, redisEntry }: WantedArtifacts,
): WantedArtifacts {
  const hasRedis = existsSync(redisBinary(artifactsDirectory))
  const hasKafka = kafkaVersion && existsSync(kafkaLibraries(artifactsDirectory, kafkaVersion))
  return {
    kafkaVersion: hasKafka ? undefined : kafkaVersion,
    redisEntry: hasRedis ? undefined : redisEntry,
  }
}

/** Moves a complete folder to its place in one step. If another copy of the project was faster, its folder stays. */
async function moveToPlace(folder: string, place: string) {
  if (!existsSync(place))
    await rename(folder, place).catch((error: unknown) => {
      if (!existsSync(place)) throw error
    })
}

async function unpackRedis(jar: string, entry: string, directory: string) {
  // Imported only when needed: it is a development dependency, and the container image has none.
  const { unzipSync } = await import('fflate')
  const binary = unzipSync(await readFile(jar), { filter: ({ name }) => name === entry })[entry]
  if (!binary) throw new Error(`${REDIS_JAR} contains no ${entry}. Install redis-server 7 or newer.`)
  await mkdir(directory)
  await writeFile(join(directory, 'redis-server'), binary)
  await chmod(join(directory, 'redis-server'), 0o755)
}

const toDependency = ({ groupId, artifactId, version }: Coordinates, exclusions = '') =>
  `    <dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>${exclusions}</dependency>`

const WITHOUT_DEPENDENCIES =
  '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>'

/** A POM that asks for `libraries` with their dependencies, and for `alone` without. */
export const toPom = (libraries: readonly Coordinates[], alone: readonly Coordinates[]): string =>
  `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>servers</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${[...libraries.map((one) => toDependency(one)), ...alone.map((one) => toDependency(one, WITHOUT_DEPENDENCIES))].join('\n')}
  </dependencies>
</project>
`

/** Downloads the wanted artifacts with one Maven call. A folder in its final place is always complete. */
export async function downloadArtifacts(
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
      await moveToPlace(unpacked, redisDirectory(artifactsDirectory))
    }
    if (kafkaVersion) await moveToPlace(libraries, kafkaLibraries(artifactsDirectory, kafkaVersion))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const mavenFailure = (output: string) =>
  `Maven could not download Kafka and Redis. The end of its output:\n${lastLines(output)}\n` +
  'It needs its repository this once: check the network, the proxy and ~/.m2/settings.xml, then start again. ' +
  'Or set KAFKA_BROKERS and REDIS_URL to servers that run already.'

/** The class path, always in the same order: a class-data archive is valid only for the class path it was made with. */
export async function classPathOf(libraries: string): Promise<string> {
  const jars = (await readdir(libraries)).filter((file) => file.endsWith('.jar')).sort()
  return jars.map((jar) => join(libraries, jar)).join(delimiter)
}

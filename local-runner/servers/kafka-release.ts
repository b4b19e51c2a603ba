/** Of a Maven artifact. */
export interface Coordinates {
  readonly groupId: string
  readonly artifactId: string
  readonly version: string
}

export const KAFKA_VERSIONS = ['3.4.1', '4.3.1'] as const
export type KafkaVersion = (typeof KAFKA_VERSIONS)[number]

/** The release of the compose file's image. The other one needs no ZooKeeper. */
export const DEFAULT_KAFKA_VERSION: KafkaVersion = '3.4.1'

export const usesZooKeeper = (version: KafkaVersion): boolean => version === '3.4.1'

const kafka = (version: KafkaVersion) => ({ groupId: 'org.apache.kafka', artifactId: 'kafka_2.13', version })
const log4j = (artifactId: string) => ({ groupId: 'org.apache.logging.log4j', artifactId, version: '2.25.5' })

/** What Maven downloads for one release: Kafka, and a logger, which Kafka does not include. */
export const KAFKA_ARTIFACTS: Readonly<Record<KafkaVersion, readonly Coordinates[]>> = {
  '3.4.1': [
    kafka('3.4.1'),
    { groupId: 'ch.qos.reload4j', artifactId: 'reload4j', version: '1.2.25' },
    { groupId: 'org.slf4j', artifactId: 'slf4j-reload4j', version: '1.7.36' },
  ],
  '4.3.1': [kafka('4.3.1'), log4j('log4j-core'), log4j('log4j-slf4j-impl')],
}

export const REDIS_ARTIFACT: Coordinates = {
  groupId: 'org.signal',
  artifactId: 'embedded-redis',
  version: '0.9.1',
}

const RELOAD4J = `log4j.rootLogger=INFO, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d{ISO8601} %p %m (%c)%n
`
const LOG4J2 = `rootLogger.level=INFO
rootLogger.appenderRef.stdout.ref=stdout
appender.stdout.type=Console
appender.stdout.name=stdout
appender.stdout.layout.type=PatternLayout
appender.stdout.layout.pattern=%d{ISO8601} %p %m (%c)%n
`
/** The logger's configuration file and the JVM option that points to it. */
export const loggingOf = (version: KafkaVersion) =>
  usesZooKeeper(version)
    ? { text: RELOAD4J, toOption: (path: string) => `-Dlog4j.configuration=file:${path}` }
    : { text: LOG4J2, toOption: (path: string) => `-Dlog4j2.configurationFile=${path}` }

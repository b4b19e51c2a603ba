import { type Admin, Kafka, logLevel } from 'kafkajs'

const MOST_REPLICAS = 3

/** One topic as functions/topics.json has it. */
export interface Topic {
  readonly name: string
  readonly numPartitions: number
  readonly configEntries: Readonly<Record<string, string>>
}

async function partitionCounts(admin: Admin, names: readonly string[]): Promise<Map<string, number>> {
  const existing = new Set(await admin.listTopics())
  const { topics } = await admin.fetchTopicMetadata({ topics: names.filter((name) => existing.has(name)) })
  return new Map(topics.map(({ name, partitions }) => [name, partitions.length]))
}

/**
 * Creates the topics that are not there, each partition on up to three brokers, and leaves the others as they are; says what
 * it created, and where a topic has fewer partitions than wanted.
 */
export async function ensureTopics(
  brokers: readonly string[],
  topics: readonly Topic[],
  say: (line: string) => void,
): Promise<void> {
  if (topics.length === 0) return
  const admin = new Kafka({
    clientId: 'local-runner-topics',
    brokers: [...brokers],
    // It logs as errors what it then retries: a fresh broker has no controller or leader for a moment.
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, retries: 6, maxRetryTime: 2000 },
  }).admin()
  try {
    await admin.connect()
    const names = topics.map(({ name }) => name)
    const before = await partitionCounts(admin, names)
    const replicationFactor = Math.min(MOST_REPLICAS, (await admin.describeCluster()).brokers.length)
    const wanted = topics.filter(({ name }) => !before.has(name))
    if (wanted.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: wanted.map(({ name: topic, numPartitions, configEntries }) => ({
          topic,
          numPartitions,
          replicationFactor,
          configEntries: Object.entries(configEntries).map(([name, value]) => ({ name, value })),
        })),
      })
      say(
        `Created ${wanted.map(({ name, numPartitions }) => `${name} (${numPartitions} partitions)`).join(', ')}`,
      )
    }
    for (const { name, numPartitions } of topics) {
      const count = before.get(name)
      if (count === undefined || count >= numPartitions) continue
      say(
        `Warning: ${name} has ${count} partitions, functions/topics.json wants ${numPartitions}. Adding some moves keys to other partitions, so it is not done here; on a drained topic: kafka-topics --bootstrap-server ${brokers[0]} --alter --topic ${name} --partitions ${numPartitions}`,
      )
    }
  } catch (error) {
    throw new Error(
      `The topics could not be created on ${brokers.join(',')}. Is that a Kafka that allows it?`,
      {
        cause: error,
      },
    )
  } finally {
    await admin.disconnect()
  }
}

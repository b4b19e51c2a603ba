import kafkajs, { type Admin } from 'kafkajs'
import { waitUntil } from '../async/wait-until.ts'
import { createKafkaClient } from '../kafka/kafka-client.ts'
import type { KafkaLogin } from '../kafka/kafka-login.ts'

const MAX_REPLICAS = 3
const LEADER_LIMIT_SECONDS = 30

/** One topic of functions/topics.json. */
export interface Topic {
  readonly name: string
  readonly numPartitions: number
  readonly configEntries: Readonly<Record<string, string>>
}

/** Partitions of each topic; undefined until the broker knows all topics, which takes a moment after its start. */
async function partitionCounts(
  admin: Admin,
  names: readonly string[],
): Promise<Map<string, number> | undefined> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...names] })
    const haveLeaders = topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))
    return haveLeaders ? new Map(topics.map(({ name, partitions }) => [name, partitions.length])) : undefined
  } catch (error) {
    if (isRetriable(error)) return undefined
    throw error
  }
}

/** Whether a retry can help. (Node cannot import these classes by name from the CommonJS module.) */
const isRetriable = (error: unknown): boolean =>
  error instanceof kafkajs.KafkaJSNumberOfRetriesExceeded
    ? isRetriable(error.cause)
    : error instanceof kafkajs.KafkaJSProtocolError && error.retriable

/** A broker has no controller just after its start, and kafkajs does not wait for one. */
async function waitForController(admin: Admin): Promise<void> {
  const isKnown = async () => (await admin.describeCluster()).controller !== null
  if (!(await waitUntil(isKnown, { timeoutSeconds: LEADER_LIMIT_SECONDS }))) {
    throw new Error(`no controller after ${LEADER_LIMIT_SECONDS} s`)
  }
}

async function createMissing(admin: Admin, topics: readonly Topic[]): Promise<readonly Topic[]> {
  const brokerCount = (await admin.describeCluster()).brokers.length
  const created: Topic[] = []
  for (const one of topics) {
    // False when the topic exists. A list does not tell reliably: a broker may not know the topic just after its start.
    const isNew = await admin.createTopics({
      // Awaited below, with a longer limit for a machine under load.
      waitForLeaders: false,
      topics: [
        {
          topic: one.name,
          numPartitions: one.numPartitions,
          replicationFactor: Math.max(1, Math.min(MAX_REPLICAS, brokerCount)),
          configEntries: Object.entries(one.configEntries).map(([name, value]) => ({ name, value })),
        },
      ],
    })
    if (isNew) created.push(one)
  }
  return created
}

const toWarning = ({ name, numPartitions }: Topic, count: number, broker = '') =>
  `Warning: ${name} has ${count} partitions, functions/topics.json has ${numPartitions}. More partitions move keys ` +
  'to other partitions, so none are added. To add them, once all records of the topic are processed: ' +
  `kafka-topics --bootstrap-server ${broker} --alter --topic ${name} --partitions ${numPartitions}`

/**
 * Creates the topics that do not exist, each partition on up to three brokers, and leaves the others as they are. Resolves
 * when all have leaders. Prints what it created, and which topics have fewer partitions than functions/topics.json.
 */
export async function ensureTopics(
  brokers: readonly string[],
  topics: readonly Topic[],
  print: (line: string) => void,
  login: KafkaLogin = {},
): Promise<void> {
  const admin = createKafkaClient({
    clientId: 'local-runner-topics',
    brokers,
    login,
    // It warns of what it then retries: a broker has no controller and no leaders just after its start.
    record: () => undefined,
    retries: 6,
  }).admin()
  try {
    await admin.connect()
    await waitForController(admin)
    const created = await createMissing(admin, topics)
    if (created.length > 0) {
      print(
        `Created ${created.map(({ name, numPartitions }) => `${name} (${numPartitions} partitions)`).join(', ')}`,
      )
    }
    const names = topics.map(({ name }) => name)
    let counts: Map<string, number> | undefined
    const areKnown = async () => (counts = await partitionCounts(admin, names)) !== undefined
    if (!(await waitUntil(areKnown, { timeoutSeconds: LEADER_LIMIT_SECONDS }))) {
      throw new Error(`some partitions have no leader after ${LEADER_LIMIT_SECONDS} s`)
    }
    for (const topic of topics) {
      const count = counts?.get(topic.name) ?? 0
      if (count < topic.numPartitions) print(toWarning(topic, count, brokers[0]))
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`The topics could not be created on ${brokers.join(',')}: ${why}`, { cause: error })
  } finally {
    await admin.disconnect()
  }
}

import kafkajs, { type Admin } from 'kafkajs'
import { waitUntil } from '../async/wait-until.ts'
import { createKafkaClient } from '../kafka/kafka-client.ts'
import type { KafkaLogin } from '../kafka/kafka-login.ts'

const MOST_REPLICAS = 3
const LEADER_LIMIT_SECONDS = 30

/** One topic as functions/topics.json has it. */
export interface Topic {
  readonly name: string
  readonly numPartitions: number
  readonly configEntries: Readonly<Record<string, string>>
}

/** Partitions of each topic; undefined until the broker knows them all, which takes a moment after it has started. */
async function partitionCounts(
  admin: Admin,
  names: readonly string[],
): Promise<Map<string, number> | undefined> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...names] })
    const haveLeaders = topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))
    return haveLeaders ? new Map(topics.map(({ name, partitions }) => [name, partitions.length])) : undefined
  } catch (error) {
    if (isNotYet(error)) return undefined
    throw error
  }
}

/** Whether waiting helps. Not named imports: Node finds no names for them in the CommonJS module. */
const isNotYet = (error: unknown): boolean =>
  error instanceof kafkajs.KafkaJSNumberOfRetriesExceeded
    ? isNotYet(error.cause)
    : error instanceof kafkajs.KafkaJSProtocolError && error.retriable

/** A fresh broker knows no controller for a moment, and kafkajs does not wait for one. */
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
    // False when the topic is there. Asking for a list first would not do: a fresh broker may not know it yet.
    const isNew = await admin.createTopics({
      // That is waited for below, and longer: a machine under load takes its time.
      waitForLeaders: false,
      topics: [
        {
          topic: one.name,
          numPartitions: one.numPartitions,
          replicationFactor: Math.max(1, Math.min(MOST_REPLICAS, brokerCount)),
          configEntries: Object.entries(one.configEntries).map(([name, value]) => ({ name, value })),
        },
      ],
    })
    if (isNew) created.push(one)
  }
  return created
}

const toWarning = ({ name, numPartitions }: Topic, count: number, broker = '') =>
  `Warning: ${name} has ${count} partitions, functions/topics.json wants ${numPartitions}. More partitions send keys ` +
  'to other places, so none are added here. Once all of its records are processed: ' +
  `kafka-topics --bootstrap-server ${broker} --alter --topic ${name} --partitions ${numPartitions}`

/**
 * Creates the topics that are not there, each partition on up to three brokers, and leaves the others as they are. Resolves
 * when all have leaders. Says what it created, and where a topic has fewer partitions than wanted.
 */
export async function ensureTopics(
  brokers: readonly string[],
  topics: readonly Topic[],
  say: (line: string) => void,
  login: KafkaLogin = {},
): Promise<void> {
  const admin = createKafkaClient({
    clientId: 'local-runner-topics',
    brokers,
    login,
    // It warns of what it then retries: a fresh broker has no controller or leader for a moment.
    record: () => undefined,
    retries: 6,
  }).admin()
  try {
    await admin.connect()
    await waitForController(admin)
    const created = await createMissing(admin, topics)
    if (created.length > 0) {
      say(
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
      if (count < topic.numPartitions) say(toWarning(topic, count, brokers[0]))
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`The topics could not be made ready on ${brokers.join(',')}: ${why}`, { cause: error })
  } finally {
    await admin.disconnect()
  }
}

import kafkajs, { type Admin } from 'kafkajs'

/** A topic to which records are redriven. */
export interface Target {
  readonly partitionCount: number
  /** Of a batch. */
  readonly maxBytes: number
}

/** Kafka's own default. */
const DEFAULT_MAX_BYTES = 1_048_588

async function maxBytesOf(topic: string, admin: Admin): Promise<number> {
  // A cluster may not allow this request; then the broker's answer to the records tells.
  const described = await admin
    .describeConfigs({
      includeSynonyms: false,
      resources: [
        { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['max.message.bytes'] },
      ],
    })
    .catch(() => undefined)
  return Number(described?.resources[0]?.configEntries[0]?.configValue ?? DEFAULT_MAX_BYTES)
}

/** @throws when one of the topics does not exist any more */
export async function targetsOf(
  names: readonly string[],
  admin: Admin,
): Promise<ReadonlyMap<string, Target>> {
  if (names.length === 0) return new Map()
  const existing = new Set(await admin.listTopics())
  const missing = names.filter((name) => !existing.has(name))
  if (missing.length > 0)
    throw new Error(`The topic ${missing.join(', ')} does not exist: create it, then redrive again.`)
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] })
  return new Map(
    await Promise.all(
      topics.map(async ({ name, partitions }) => {
        const target = { partitionCount: partitions.length, maxBytes: await maxBytesOf(name, admin) }
        return [name, target] as const
      }),
    ),
  )
}

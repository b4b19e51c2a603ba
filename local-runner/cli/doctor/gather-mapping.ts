import { type Admin, AssignerProtocol } from 'kafkajs'
import { createRecordFilter } from '../../event-source-mapping/filter/filter-criteria.ts'
import type { KafkaTrigger } from '../../event-source-mapping/parameters.ts'
import { type LogReader, readLog } from '../../kafka/log-reader.ts'
import type { LiveMapping, MappingFacts, PartitionFact } from './facts.ts'

export interface GatherMappingDeps {
  readonly admin: Admin
  readonly reader: LogReader
  readonly functionName: string
  readonly trigger: KafkaTrigger
  readonly live: LiveMapping | undefined
}

/** Per partition. */
const SAMPLED_RECORDS = 100

async function gatherPartitions(
  topic: string,
  groupId: string,
  admin: Admin,
): Promise<readonly PartitionFact[]> {
  const [log, [group]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId, topics: [topic] }),
  ])
  const committed = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
  return log.map(({ partition, low, high }) => {
    const offset = committed.get(partition) ?? -1
    return { partition, low: Number(low), high: Number(high), committed: offset < 0 ? undefined : offset }
  })
}

async function gatherMembers(topic: string, groupId: string, admin: Admin): Promise<MappingFacts['members']> {
  const { groups } = await admin.describeGroups([groupId])
  return groups.flatMap(({ members }) =>
    members.map(({ clientId, clientHost, memberAssignment }) => ({
      clientId,
      host: clientHost.replace(/^\//, ''),
      partitions: AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment[topic] ?? [],
    })),
  )
}

async function sample(partitions: readonly PartitionFact[], { reader, trigger }: GatherMappingDeps) {
  const patterns = trigger.filterCriteria?.filters.map(({ pattern }) => pattern) ?? []
  // With a schema registry, filters are applied to decoded values, which are not available here.
  if (patterns.length === 0 || trigger.schemaRegistryConfig !== undefined) return undefined
  const passes = createRecordFilter(patterns)
  const [topic = ''] = trigger.topics
  let read = 0
  let passed = 0
  for (const { partition, low, high } of partitions) {
    const offset = BigInt(Math.max(low, high - SAMPLED_RECORDS))
    for await (const { value } of readLog(reader, { topic, partition, offset })) {
      read += 1
      if (passes(value)) passed += 1
    }
  }
  return { read, passed }
}

/** The facts about one mapping, from the cluster and the runner. */
export async function gatherMapping(deps: GatherMappingDeps): Promise<MappingFacts> {
  const { admin, functionName, trigger, live } = deps
  const [topic = ''] = trigger.topics
  const topics = await admin.listTopics()
  const isThere = topics.includes(topic)
  const partitions = isThere ? await gatherPartitions(topic, trigger.consumerGroupId, admin) : undefined
  return {
    functionName,
    trigger,
    partitions,
    topics,
    members: await gatherMembers(topic, trigger.consumerGroupId, admin),
    live,
    sample: partitions && (await sample(partitions, deps)),
  }
}

import { AssignerProtocol } from 'kafkajs'
import { createRecordFilter } from '../../event-source-mapping/filter/filter-criteria.ts'
import { readLog } from '../../kafka/log-reader.ts'
import type { LiveMapping, MappingFacts, PartitionFact } from './facts.ts'
import { gatherPartitions, type GatherPartitionsDeps, hasRecords } from './gather-partitions.ts'

export interface GatherMappingDeps extends GatherPartitionsDeps {
  readonly functionName: string
  readonly live: LiveMapping | undefined
  /** Epoch ms. */
  readonly now: () => number
}

/** Per partition. */
const SAMPLED_RECORDS = 100

/** A member whose assignment cannot be read is shown without partitions: any client may be in the group. */
function partitionsIn(memberAssignment: Buffer, topic: string): readonly number[] {
  try {
    return AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment[topic] ?? []
  } catch {
    return []
  }
}

async function gatherMembers({ admin, trigger }: GatherMappingDeps): Promise<MappingFacts['members']> {
  const [topic = ''] = trigger.topics
  const { groups } = await admin.describeGroups([trigger.consumerGroupId])
  return groups.flatMap(({ members }) =>
    members.map(({ clientId, clientHost, memberAssignment }) => ({
      clientId,
      host: clientHost.replace(/^\//, ''),
      partitions: partitionsIn(memberAssignment, topic),
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
  for (const { partition, low, stable } of partitions) {
    const offset = BigInt(Math.max(low, stable - SAMPLED_RECORDS))
    for await (const { value } of readLog(reader, { topic, partition, offset }, BigInt(stable))) {
      read += 1
      if (passes(value)) passed += 1
    }
  }
  return { read, passed }
}

/** The facts about one mapping, from the cluster and the runner. */
export async function gatherMapping(deps: GatherMappingDeps): Promise<MappingFacts> {
  const { admin, reader, functionName, trigger, live, now } = deps
  const [topic = ''] = trigger.topics
  const topics = await admin.listTopics()
  const partitions = topics.includes(topic) ? await gatherPartitions(deps) : undefined
  return {
    functionName,
    trigger,
    partitions,
    hasRecords: partitions !== undefined && (await hasRecords(topic, partitions, reader)),
    topics,
    members: await gatherMembers(deps),
    live,
    sample: partitions && (await sample(partitions, deps)),
    nowMs: now(),
  }
}

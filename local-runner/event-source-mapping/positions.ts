import type { Admin, Kafka } from 'kafkajs'
import { createLogReader, type Place } from '../kafka/log-reader.ts'
import type { KafkaTrigger } from './parameters.ts'

export interface Position {
  readonly partition: number
  readonly position: bigint
  /** Undefined when the group has none, or one that the log no longer holds. */
  readonly committed: bigint | undefined
  readonly highWatermark: bigint
}

export interface ResolvePositionsDeps {
  readonly admin: Pick<Admin, 'fetchOffsets' | 'fetchTopicOffsets' | 'fetchTopicOffsetsByTimestamp'>
  readonly trigger: KafkaTrigger
  readonly isInLog: (place: Place) => Promise<boolean>
}

/** Whether a fetch may begin at this offset. */
export async function isInLog(kafka: Kafka, place: Place): Promise<boolean> {
  const reader = createLogReader(kafka)
  try {
    await reader.fetch(place)
    return true
  } catch (error) {
    // Its class is no export that Node finds.
    if (error instanceof Error && error.name === 'KafkaJSOffsetOutOfRange') return false
    throw error
  } finally {
    await reader.close()
  }
}

type OffsetOf = (partition: number) => string | undefined

const indexed = (offsets: readonly { readonly partition: number; readonly offset: string }[]): OffsetOf => {
  const byPartition = new Map(offsets.map(({ partition, offset }) => [partition, offset]))
  return (partition) => byPartition.get(partition)
}

/**
 * Where to start reading: at the group's offset, or without one at the starting position (kafka-consumer-group-id). For an
 * offset outside the log: at the oldest record. AWS does not document that case, and this loses least.
 */
export async function resolvePositions(
  partitions: readonly number[],
  { admin, trigger, isInLog }: ResolvePositionsDeps,
): Promise<{ readonly positions: readonly Position[]; readonly partitionCount: number }> {
  const [topic] = trigger.topics
  if (topic === undefined) throw new Error('the trigger names no topic')
  const { startingPosition, startingPositionTimestamp = 0 } = trigger
  const [group, log, byTime] = await Promise.all([
    admin.fetchOffsets({ groupId: trigger.consumerGroupId, topics: [topic] }),
    admin.fetchTopicOffsets(topic),
    startingPosition === 'AT_TIMESTAMP'
      ? admin.fetchTopicOffsetsByTimestamp(topic, startingPositionTimestamp * 1000)
      : [],
  ])
  const committedOf = indexed(group.flatMap((one) => one.partitions))
  const timedOf = indexed(byTime)
  const logs = new Map(log.map((one) => [one.partition, { low: BigInt(one.low), high: BigInt(one.high) }]))
  const resolve = async (partition: number) => {
    const { low, high } = logs.get(partition) ?? { low: 0n, high: 0n }
    const committed = BigInt(committedOf(partition) ?? '-1')
    // `high` is the end of what is committed. A group that has read uncommitted records may be behind it.
    if (committed >= low && (committed <= high || (await isInLog({ topic, partition, offset: committed }))))
      return { partition, position: committed, committed, highWatermark: high }
    const starts = {
      TRIM_HORIZON: low,
      LATEST: high,
      AT_TIMESTAMP: BigInt(timedOf(partition) ?? low),
    }
    const position = committed < 0n ? starts[startingPosition] : low
    return { partition, position, committed: undefined, highWatermark: high }
  }
  return { positions: await Promise.all(partitions.map(resolve)), partitionCount: log.length }
}

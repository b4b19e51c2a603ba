import type { Admin, Kafka } from 'kafkajs'
import * as z from 'zod'
import type { KafkaTrigger } from '../../event-source-mapping/parameters.ts'
import { findTransaction } from '../../kafka/kafkajs/find-transaction.ts'
import type { LogReader, Place } from '../../kafka/log-reader.ts'
import type { OpenTransaction, PartitionFact } from './facts.ts'

export interface GatherPartitionsDeps {
  readonly kafka: Kafka
  readonly admin: Admin
  readonly reader: LogReader
  /** Reads uncommitted, too. */
  readonly undecided: LogReader
  readonly trigger: KafkaTrigger
}

/** Aborted records up to here are read; behind more of them a record is taken for granted. */
const MAX_FETCHES = 20

/** Whether there is a committed record in a part of a partition. */
async function hasRecord(reader: LogReader, { offset, ...place }: Place, end: bigint): Promise<boolean> {
  let next = offset
  for (let fetches = 0; next < end; fetches += 1) {
    if (fetches === MAX_FETCHES) return true
    const { messages, nextOffset } = await reader.fetch({ ...place, offset: next })
    if (messages.length > 0) return true
    if (nextOffset === next) return false
    next = nextOffset
  }
  return false
}

/** kafkajs adds its batch to each message. */
const transactional = z.object({
  timestamp: z.string(),
  batchContext: z.object({ inTransaction: z.literal(true), producerId: z.string() }),
})

/** The transaction that begins at the last stable offset, if one does. */
async function findOpen(place: Place, { kafka, reader, undecided }: GatherPartitionsDeps) {
  const { messages } = await undecided.fetch(place)
  const first = transactional.safeParse(messages[0])
  const stable = (await reader.ends(place.topic, [place.partition])).get(place.partition)
  // Otherwise there are only new records, or it has ended meanwhile.
  if (!first.success || stable !== place.offset) return undefined
  const { timestamp, batchContext } = first.data
  const { producerId } = batchContext
  // A broker may not know the request, or not allow it.
  const found = await findTransaction(kafka, producerId).catch(() => undefined)
  return {
    producerId,
    sinceMs: Number(timestamp),
    transactionalId: found?.transactionalId,
    endsMs: found && found.startedMs + found.timeoutMs,
  } satisfies OpenTransaction
}

export async function gatherPartitions(deps: GatherPartitionsDeps): Promise<readonly PartitionFact[]> {
  const { admin, reader, undecided, trigger } = deps
  const [topic = ''] = trigger.topics
  const log = await admin.fetchTopicOffsets(topic)
  const numbers = log.map(({ partition }) => partition)
  // Before the stable offsets: a partition that is only added to has then no end over them.
  const highs = await undecided.ends(topic, numbers)
  const [[group], stables] = await Promise.all([
    admin.fetchOffsets({ groupId: trigger.consumerGroupId, topics: [topic] }),
    reader.ends(topic, numbers),
  ])
  const committed = new Map(group?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
  const facts: PartitionFact[] = []
  for (const one of log) {
    const { partition } = one
    const low = BigInt(one.low)
    const high = highs.get(partition) ?? low
    const stable = stables.get(partition) ?? high
    const offset = committed.get(partition) ?? -1n
    const start = trigger.startingPosition === 'LATEST' ? stable : low
    const from = offset < 0n ? start : offset < low ? low : offset
    const place = { topic, partition, offset: from }
    const unread = await hasRecord(reader, place, stable).catch((error: unknown) => String(error))
    facts.push({
      partition,
      low: Number(low),
      stable: Number(stable),
      high: Number(high),
      committed: offset < 0n ? undefined : Number(offset),
      hasUnread: unread !== false,
      unreadable: typeof unread === 'string' ? unread : undefined,
      open: stable < high ? await findOpen({ topic, partition, offset: stable }, deps) : undefined,
    })
  }
  return facts
}

/** Whether a topic has a committed record. */
export async function hasRecords(
  topic: string,
  partitions: readonly PartitionFact[],
  reader: LogReader,
): Promise<boolean> {
  if (partitions.some(({ hasUnread }) => hasUnread)) return true
  for (const { partition, low, stable } of partitions) {
    if (await hasRecord(reader, { topic, partition, offset: BigInt(low) }, BigInt(stable))) return true
  }
  return false
}

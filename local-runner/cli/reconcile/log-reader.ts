import { randomUUID } from 'node:crypto'
import type { EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import { createMskEventFormat } from '../../event-source-mapping/msk-event/msk-event.ts'
import type { TopicEnds } from './log-ends.ts'

/** Some records of one partition, in their order, as an MSK event. */
export interface Chunk {
  readonly payload: string
  readonly messages: readonly KafkaMessage[]
}

const CHUNK_RECORDS = 100
/** Lambda takes 6 MB. */
const CHUNK_BYTES = 4_000_000
const PARTITIONS_AT_ONCE = 4
/** Longer than a function may take for a chunk, with all its tries. */
const SESSION_TIMEOUT_MS = 120_000

export interface LogReader {
  /** Reads a topic from its beginning to its ends as they were, a partition's chunks one after the other. */
  readonly read: (
    topic: string,
    ends: TopicEnds,
    handle: (chunk: Chunk, partition: number) => Promise<void>,
  ) => Promise<void>
}

export function createLogReader(kafka: Kafka, bootstrapServers: string): LogReader {
  return {
    read: async (topic, ends, handle) => {
      const open = new Map([...ends].filter(([, { low, high }]) => high > low))
      if (open.size === 0) return
      const format = createMskEventFormat(topic, bootstrapServers)
      const groupId = `reconcile-${randomUUID()}`
      const consumer = kafka.consumer({ groupId, sessionTimeout: SESSION_TIMEOUT_MS, maxWaitTimeInMs: 250 })
      const { promise, resolve, reject } = Promise.withResolvers<void>()

      async function eachBatch(payload: EachBatchPayload): Promise<void> {
        const { batch } = payload
        const { partition } = batch
        const end = open.get(partition)?.high
        if (end === undefined) return
        for (const messages of inChunks(batch.messages.filter(({ offset }) => BigInt(offset) < end))) {
          const event = format.toPayload(messages.map((message) => format.toRecord(partition, message)))
          await handle({ payload: event, messages }, partition)
          payload.resolveOffset(messages.at(-1)?.offset ?? batch.lastOffset())
          await payload.heartbeat()
        }
        // The last offset of a batch counts also where its record was compacted away or is a marker.
        if (BigInt(batch.lastOffset()) >= end - 1n) open.delete(partition)
        if (open.size === 0) resolve()
      }

      try {
        await consumer.connect()
        await consumer.subscribe({ topic, fromBeginning: true })
        await consumer.run({
          autoCommit: false,
          partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
          // A batch that fails ends the reading; kafkajs would only try it again.
          eachBatch: (payload) => eachBatch(payload).catch(reject),
        })
        await promise
      } finally {
        await consumer.disconnect()
        await deleteGroup(kafka, groupId)
      }
    },
  }
}

function* inChunks(messages: readonly KafkaMessage[]): Generator<readonly KafkaMessage[]> {
  let chunk: KafkaMessage[] = []
  let bytes = 0
  for (const message of messages) {
    // In base64, with its headers as numbers.
    const size = 2 * ((message.key?.length ?? 0) + (message.value?.length ?? 0)) + 4_000
    if (chunk.length > 0 && (chunk.length === CHUNK_RECORDS || bytes + size > CHUNK_BYTES)) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(message)
    bytes += size
  }
  if (chunk.length > 0) yield chunk
}

/** Kafka forgets a group without members by itself, a week later. */
async function deleteGroup(kafka: Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    await admin.deleteGroups([groupId])
  } catch {
    // Nobody misses it.
  } finally {
    await admin.disconnect()
  }
}

import type { Kafka, KafkaMessage } from 'kafkajs'
import { createMskEventFormat } from '../../event-source-mapping/msk-event/msk-event.ts'
import { createLogReader as createPlaceReader, readLog } from '../../kafka/log-reader.ts'
import type { TopicEnds } from './log-ends.ts'

/** Some records of one partition, in order, as an MSK event. */
export interface Chunk {
  readonly payload: string
  readonly messages: readonly KafkaMessage[]
}

const CHUNK_RECORDS = 100
/** Below the 6 MB that Lambda accepts. */
const CHUNK_BYTES = 4_000_000
const PARTITIONS_AT_ONCE = 4

export interface LogReader {
  /** Reads a topic from its beginning to `ends`, the chunks of a partition one after the other. */
  readonly read: (
    topic: string,
    ends: TopicEnds,
    handle: (chunk: Chunk, partition: number) => Promise<void>,
  ) => Promise<void>
}

export function createLogReader(kafka: Kafka, bootstrapServers: string): LogReader {
  return {
    read: async (topic, ends, handle) => {
      const format = createMskEventFormat(topic, bootstrapServers)
      const reader = createPlaceReader(kafka)
      const waiting = [...ends]
      let hasFailed = false

      async function readPartition(partition: number, low: bigint, high: bigint) {
        const records = readLog(reader, { topic, partition, offset: low }, high)
        for await (const messages of toChunks(records)) {
          if (hasFailed) return
          const payload = format.toPayload(messages.map((message) => format.toRecord(partition, message)))
          await handle({ payload, messages }, partition)
        }
      }
      async function readWaiting() {
        try {
          for (let next = waiting.pop(); next && !hasFailed; next = waiting.pop()) {
            const [partition, { low, high }] = next
            await readPartition(partition, low, high)
          }
        } catch (error) {
          hasFailed = true
          throw error
        }
      }

      // Settled, not all: the reader must not be closed while it still fetches.
      const results = await Promise.allSettled(Array.from({ length: PARTITIONS_AT_ONCE }, readWaiting))
      await reader.close()
      const failure = results.find(({ status }) => status === 'rejected')
      if (failure?.status === 'rejected') throw failure.reason
    },
  }
}

async function* toChunks(messages: AsyncIterable<KafkaMessage>): AsyncGenerator<readonly KafkaMessage[]> {
  let chunk: KafkaMessage[] = []
  let bytes = 0
  for await (const message of messages) {
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

import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka, KafkaMessage } from 'kafkajs'
import { createMskEventFormat } from '../../event-source-mapping/msk-event/msk-event.ts'
import { createLogReader, type LogReader, readLog } from '../../kafka/log-reader.ts'
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
/** How long a partition may be without a broker: a restart or a new leader must not end a reconcile half-way. */
const PATIENCE_MS = 30_000
const LONGEST_PAUSE_MS = 3_000

export interface TopicReader {
  /** Reads a topic from its beginning to `ends`, the chunks of a partition one after the other. */
  readonly read: (
    topic: string,
    ends: TopicEnds,
    handle: (chunk: Chunk, partition: number) => Promise<void>,
  ) => Promise<void>
}

export function createTopicReader(kafka: Kafka, bootstrapServers: string): TopicReader {
  return {
    read: async (topic, ends, handle) => {
      const format = createMskEventFormat(topic, bootstrapServers)
      const log = createLogReader(kafka)
      const waiting = [...ends]
      let failure: { readonly error: unknown } | undefined
      const reader = createPatientReader(log, { isWanted: () => failure === undefined, pause: delay })

      async function readPartition(partition: number, low: bigint, high: bigint) {
        const records = readLog(reader, { topic, partition, offset: low }, high)
        for await (const messages of toChunks(records)) {
          if (failure !== undefined) return
          const payload = format.toPayload(messages.map((message) => format.toRecord(partition, message)))
          await handle({ payload, messages }, partition)
        }
      }
      async function readWaiting() {
        try {
          for (let next = waiting.pop(); next && failure === undefined; next = waiting.pop()) {
            const [partition, { low, high }] = next
            await readPartition(partition, low, high)
          }
        } catch (error) {
          failure ??= { error }
        }
      }

      await Promise.all(Array.from({ length: PARTITIONS_AT_ONCE }, readWaiting))
      await log.close()
      if (failure !== undefined) throw failure.error
    },
  }
}

/** kafkajs says of its errors whether a retry can help. */
const isFinal = (error: unknown) =>
  error instanceof Error && 'retriable' in error && error.retriable === false

export interface PatientReaderDeps {
  /** False once the other partitions have failed: then there is nothing to wait for. */
  readonly isWanted: () => boolean
  readonly pause: (ms: number) => Promise<unknown>
}

/** Retries fetches for as long as a broker may be away. What no retry can help, and what is no longer wanted, rejects at once. */
export function createPatientReader(
  { fetch }: Pick<LogReader, 'fetch'>,
  { isWanted, pause }: PatientReaderDeps,
): Pick<LogReader, 'fetch'> {
  return {
    fetch: async (place) => {
      let waitedMs = 0
      for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        if (!isWanted()) throw new Error('The reading has ended: another partition could not be read.')
        try {
          return await fetch(place)
        } catch (error) {
          if (waitedMs >= PATIENCE_MS || isFinal(error)) throw error
        }
        await pause(pauseMs)
        waitedMs += pauseMs
      }
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

import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka, KafkaMessage } from 'kafkajs'
import {
  createMskEventFormat,
  type EventRecord,
  MAX_PAYLOAD_BYTES,
} from '../../event-source-mapping/msk-event/msk-event.ts'
import { createLogReader, type LogReader, readLog } from '../../kafka/log-reader.ts'
import type { TopicEnds } from './log-ends.ts'

export interface LogRecord {
  /** `topic-partition@offset` */
  readonly place: string
  /** CloudEvents' `id`; undefined also when it is longer than any of ours. */
  readonly id: string | undefined
  readonly event: EventRecord
}

/** Some records of one partition, in order. */
export interface Chunk {
  readonly records: readonly LogRecord[]
  /** Places of records that fit in no invocation: no function was ever given them. */
  readonly tooLarge: readonly string[]
  /** The MSK event of some of its records. */
  readonly toPayload: (records: readonly LogRecord[]) => string
}

const CHUNK_RECORDS = 100
/** Below the 6 MB that Lambda accepts. */
const CHUNK_BYTES = 4_000_000
/** The rest of an invocation: what is around the records. */
const MAX_RECORD_BYTES = MAX_PAYLOAD_BYTES - 1_000
/** All ids of a topic are kept while it is compared. */
const MAX_ID_BYTES = 200
const PARTITIONS_AT_ONCE = 4
/** How long a partition may be without a broker: a restart or a new leader must not end a reconcile half-way. */
const PATIENCE_MS = 30_000
const LONGEST_PAUSE_MS = 3_000

export interface TopicReader {
  /** Reads a topic from its beginning to `ends`, the chunks of a partition one after the other. */
  readonly read: (topic: string, ends: TopicEnds, handle: (chunk: Chunk) => Promise<void>) => Promise<void>
}

export function createTopicReader(kafka: Kafka, bootstrapServers: string): TopicReader {
  return {
    read: async (topic, ends, handle) => {
      const format = createMskEventFormat(topic, bootstrapServers)
      const toPayload: Chunk['toPayload'] = (records) => format.toPayload(records.map(({ event }) => event))
      const log = createLogReader(kafka)
      const waiting = [...ends]
      let failure: { readonly error: unknown } | undefined
      const reader = createPatientReader(log, { isWanted: () => failure === undefined, pause: delay })

      async function readPartition(partition: number, low: bigint, high: bigint) {
        const records = readLog(reader, { topic, partition, offset: low }, high)
        const toLogRecord = (message: KafkaMessage): LogRecord => ({
          place: `${topic}-${partition}@${message.offset}`,
          id: idOf(message),
          event: format.toRecord(partition, message),
        })
        for await (const chunk of toChunks(records, toLogRecord)) {
          if (failure !== undefined) return
          await handle({ ...chunk, toPayload })
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

function idOf({ headers }: KafkaMessage): string | undefined {
  const id = [headers?.ce_id].flat().at(-1)
  return id === undefined || id.length > MAX_ID_BYTES ? undefined : id.toString()
}

async function* toChunks(
  messages: AsyncIterable<KafkaMessage>,
  toLogRecord: (message: KafkaMessage) => LogRecord,
): AsyncGenerator<Pick<Chunk, 'records' | 'tooLarge'>> {
  let records: LogRecord[] = []
  let tooLarge: string[] = []
  let bytes = 0
  for await (const message of messages) {
    const record = toLogRecord(message)
    const { jsonBytes } = record.event
    const isFull = records.length + tooLarge.length === CHUNK_RECORDS
    if (isFull || (records.length > 0 && bytes + jsonBytes > CHUNK_BYTES)) {
      yield { records, tooLarge }
      records = []
      tooLarge = []
      bytes = 0
    }
    if (jsonBytes > MAX_RECORD_BYTES) {
      tooLarge.push(record.place)
    } else {
      records.push(record)
      bytes += jsonBytes
    }
  }
  if (records.length + tooLarge.length > 0) yield { records, tooLarge }
}

import { Partitioners, type Kafka } from 'kafkajs'
import type { SendToDestination } from './discard.ts'
import type { EventRecord } from './msk-event.ts'

export interface Deps {
  readonly kafka: Kafka
  readonly topic: string
  readonly toDocument: (
    record: EventRecord,
    ...failure: readonly [Parameters<SendToDestination>[1], number]
  ) => string
}

export interface OnFailureTopic {
  readonly send: SendToDestination
  readonly stop: () => Promise<void>
}

interface Document {
  readonly key: Buffer | null
  readonly value: string
}

/** A broker refuses a batch past its message.max.bytes, by default 1 MiB, however small each record is. */
const CHUNK_BYTES = 500_000

function chunksOf(documents: readonly Document[]): Document[][] {
  const chunks: Document[][] = []
  let bytes = Infinity
  for (const document of documents) {
    bytes += document.value.length
    if (bytes > CHUNK_BYTES) {
      chunks.push([])
      bytes = document.value.length
    }
    chunks.at(-1)?.push(document)
  }
  return chunks
}

/** `kafka://topic` as a destination: one message per record under the record's own key. Connects on first use. */
export function createOnFailureTopic({ kafka, topic, toDocument }: Deps): OnFailureTopic {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    // A second pass of kafkajs can resolve without having stored a record (tulios/kafkajs#1303): the caller retries.
    retry: { retries: 0 },
  })
  let connected: Promise<void> | undefined
  const connect = () => {
    connected ??= producer.connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }
  return {
    send: async (records, condition, invokeCount) => {
      await connect()
      const messages = records.map((record) => ({
        key: record.key,
        value: toDocument(record, condition, invokeCount),
      }))
      for (const chunk of chunksOf(messages)) {
        const stored = await producer.send({ topic, acks: -1, messages: chunk })
        if (stored.length === 0 || stored.some(({ errorCode }) => errorCode !== 0)) {
          throw new Error(`topic ${topic} did not store all records: ${JSON.stringify(stored)}`)
        }
      }
    },
    stop: async () => {
      if (connected !== undefined) await producer.disconnect()
    },
  }
}

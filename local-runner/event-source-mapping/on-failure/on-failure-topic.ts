import kafkajs, { type Kafka } from 'kafkajs'
import type { RecordDetail } from '../../journal/mapping-events.ts'
import { isTooLarge } from '../../kafka/is-too-large.ts'
import type { EventRecord } from '../msk-event/msk-event.ts'
import type { Failure, OnFailure } from './failure.ts'
import type { OnFailureDocument } from './on-failure-document.ts'

export interface OnFailureTopicDeps {
  readonly kafka: Kafka
  readonly topic: string
  readonly toDocument: (record: EventRecord, failure: Failure) => OnFailureDocument
  readonly record: RecordDetail
}

interface Document extends OnFailureDocument {
  readonly key: Buffer | null
  readonly place: string
  /** Of `json` with the whole record. */
  readonly length: number
}

/** A broker refuses a batch over its message.max.bytes, 1 MiB by default, however small each record is. */
const CHUNK_BYTES = 500_000
/** Over Lambda's payload limit, and under a broker's socket.request.max.bytes (100 MB), at which it only hangs up. */
const MAX_DOCUMENT_CHARACTERS = 16_000_000

function chunk(documents: readonly Document[]): Document[][] {
  const chunks: Document[][] = []
  let bytes = Infinity
  for (const document of documents) {
    bytes += document.length
    if (bytes > CHUNK_BYTES) {
      chunks.push([])
      bytes = document.length
    }
    chunks.at(-1)?.push(document)
  }
  return chunks
}

/** `kafka://topic` as a destination: one message per record under the record's own key. Connects on first use. */
export function createOnFailureTopic({ kafka, topic, toDocument, record }: OnFailureTopicDeps): OnFailure {
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    // A retry of kafkajs can resolve without having stored the record (tulios/kafkajs#1303), so the caller retries.
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
  const store = async (messages: readonly { readonly key: Buffer | null; readonly value: string }[]) => {
    const stored = await producer.send({ topic, acks: -1, messages: [...messages] })
    if (stored.length === 0 || stored.some(({ errorCode }) => errorCode !== 0)) {
      throw new Error(`topic ${topic} did not store all records: ${JSON.stringify(stored)}`)
    }
  }
  const storeWithoutRecord = async ({ place, jsonWithoutRecord }: Document, reason: string) => {
    record({ name: 'destination.payload-omitted', offsets: [place], reason })
    await store([{ key: null, value: jsonWithoutRecord }])
  }
  /** A record of the topic's maximum size does not fit into another topic as base64 in a document. Retrying it would block
   * its partition for ever. */
  const storeChunk = async (documents: readonly Document[]): Promise<void> => {
    const [first, ...others] = documents
    if (first === undefined) return
    const { length } = first
    if (length > MAX_DOCUMENT_CHARACTERS)
      return storeWithoutRecord(first, `a document of ${length} characters fits into no topic`)
    try {
      await store(documents.map(({ key, json }) => ({ key, value: json })))
    } catch (error) {
      if (!isTooLarge(error)) throw error
      if (others.length === 0) return storeWithoutRecord(first, String(error))
      // The topic's limit may be smaller than a chunk.
      for (const one of documents) await storeChunk([one])
    }
  }
  return {
    send: async (records, failure) => {
      await connect()
      const documents = records.map((one) => {
        const document = toDocument(one, failure)
        const length = Math.max(document.json.length, one.jsonBytes)
        return { ...document, key: one.key, place: `${one.partition}@${one.offset}`, length }
      })
      for (const one of chunk(documents)) await storeChunk(one)
    },
    stop: async () => {
      if (connected !== undefined) await producer.disconnect()
    },
  }
}

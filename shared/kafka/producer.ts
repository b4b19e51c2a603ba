import {
  Kafka,
  logLevel,
  Partitioners,
  type ICustomPartitioner,
  type Message,
  type RecordMetadata,
} from 'kafkajs'
import { AppError } from '../errors.ts'
import { patchIdleTimer } from './idle-timer.ts'
import type { KafkaConnection } from './kafka-connection.ts'

const REQUEST_TIMEOUT_MS = 1000

export interface OutgoingRecord {
  readonly topic: string
  readonly key: string | Buffer | null
  readonly value: string | Buffer | null
  readonly headers: Readonly<Record<string, string | Buffer | Buffer[]>>
}

export interface RecordProducer {
  /**
   * Resolves when all in-sync replicas have the record. Records sent in one turn of the event loop share one request.
   * @throws AppError `kafka_unavailable`: the record may or may not be stored.
   */
  readonly send: (record: OutgoingRecord) => Promise<void>
  readonly close: () => Promise<void>
}

interface Waiting {
  readonly record: OutgoingRecord
  readonly resolve: () => void
  readonly reject: (error: AppError) => void
}

/** Connects on first use. */
export function createProducer(connection: KafkaConnection, clientId: string): RecordProducer {
  patchIdleTimer()
  const partitions = new WeakMap<Message, number>()
  const producer = new Kafka({
    clientId,
    ...connection,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    logLevel: logLevel.NOTHING,
    // One pass: on a second one kafkajs can report success for a record that no broker stored (orders.md section 6).
    retry: { retries: 0 },
  }).producer({
    createPartitioner: rememberPartition(partitions),
    idempotent: false,
    allowAutoTopicCreation: false,
  })

  let connected: Promise<void> | undefined
  let queue: Waiting[] = []

  async function connect(): Promise<void> {
    connected ??= producer.connect()
    try {
      await connected
    } catch (error) {
      connected = undefined
      throw error
    }
  }

  async function flush(): Promise<void> {
    const batch = queue.map((waiting) => ({ waiting, message: toMessage(waiting.record) }))
    queue = []
    try {
      await connect()
      const topics = Map.groupBy(batch, ({ waiting }) => waiting.record.topic)
      const results = await producer.sendBatch({
        acks: -1,
        timeout: REQUEST_TIMEOUT_MS,
        topicMessages: [...topics].map(([topic, items]) => ({
          topic,
          messages: items.map(({ message }) => message),
        })),
      })
      for (const { waiting, message } of batch) {
        if (isStored(results, waiting.record.topic, partitions.get(message))) waiting.resolve()
        else waiting.reject(unavailable(new Error('no acknowledgement for the partition of this record')))
      }
    } catch (error) {
      for (const { waiting } of batch) waiting.reject(unavailable(error))
    }
  }

  return {
    send: (record) =>
      new Promise((resolve, reject) => {
        if (queue.length === 0) setImmediate(() => void flush())
        queue.push({ record, resolve, reject })
      }),
    close: () => producer.disconnect(),
  }
}

const toMessage = ({ key, value, headers }: OutgoingRecord): Message => ({
  key,
  value,
  headers: { ...headers },
})

const isStored = (
  results: readonly RecordMetadata[],
  topic: string,
  partition: number | undefined,
): boolean =>
  results.some(
    (result) => result.topicName === topic && result.partition === partition && result.errorCode === 0,
  )

const unavailable = (cause: unknown): AppError =>
  new AppError('unavailable', 'kafka_unavailable', 'Kafka did not acknowledge the record.', {
    headers: { 'retry-after': '1' },
    cause,
  })

/** Kafka's own murmur2 choice, noted for each message so that its acknowledgement can be looked up. */
const rememberPartition =
  (partitions: WeakMap<Message, number>): ICustomPartitioner =>
  () => {
    const choose = Partitioners.DefaultPartitioner()
    return (args) => {
      const partition = choose(args)
      partitions.set(args.message, partition)
      return partition
    }
  }

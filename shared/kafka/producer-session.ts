import { type ICustomPartitioner, Kafka, logLevel, type Message, Partitioners } from 'kafkajs'
import type { KafkaConnection } from './kafka-connection.ts'

const REQUEST_TIMEOUT_MS = 1000

export interface TopicMessage {
  readonly topic: string
  readonly message: Message
}

export interface ProducerSession {
  /** Sends all in one pass; resolves to those that Kafka has acknowledged. */
  readonly send: (batch: readonly TopicMessage[]) => Promise<ReadonlySet<Message>>
  /** Waits for what is being sent. */
  readonly close: () => Promise<void>
}

/** A kafkajs producer from connect to disconnect. It starts to connect at once. */
export function openSession(connection: KafkaConnection, clientId: string): ProducerSession {
  const partitions = new WeakMap<Message, number>()
  const producer = new Kafka({
    clientId,
    ...connection,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    logLevel: logLevel.NOTHING,
    // One pass: in a second one kafkajs can report success for a record that no broker stored (docs/order-protocol.md 15.1).
    retry: { retries: 0 },
  }).producer({
    createPartitioner: rememberPartition(partitions),
    idempotent: false,
    allowAutoTopicCreation: false,
  })
  const connected = producer.connect()
  const sending = new Set<Promise<unknown>>()

  async function send(batch: readonly TopicMessage[]): Promise<ReadonlySet<Message>> {
    await connected
    const topics = Map.groupBy(batch, ({ topic }) => topic)
    const results = await producer.sendBatch({
      acks: -1,
      timeout: REQUEST_TIMEOUT_MS,
      topicMessages: [...topics].map(([topic, items]) => ({
        topic,
        messages: items.map(({ message }) => message),
      })),
    })
    const isStored = ({ topic, message }: TopicMessage) =>
      results.some(
        (result) =>
          result.topicName === topic &&
          result.partition === partitions.get(message) &&
          result.errorCode === 0,
      )
    return new Set(batch.filter(isStored).map(({ message }) => message))
  }

  return {
    send: (batch) => {
      const sent = send(batch).finally(() => sending.delete(sent))
      sending.add(sent)
      return sent
    },
    close: async () => {
      await Promise.allSettled([connected, ...sending])
      await producer.disconnect()
    },
  }
}

/** Kafka's murmur2 partitioner. Notes the partition of each message, so that its acknowledgement can be found. */
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

import { randomUUID } from 'node:crypto'
import { type Admin, Kafka, type KafkaMessage, logLevel, Partitioners } from 'kafkajs'
import * as z from 'zod'
import { repairKafkajs } from '../../../local-runner/kafka/kafkajs/repairs.ts'
import { waitFor } from '../../testing/wait-for.ts'

const TOPIC = 'order-topic'
const STOCK_TOPIC = 'stock-topic'
/** Every consumer group and the topic that it reads. */
const GROUPS = [
  ['stock-service', TOPIC],
  ['notification-service', TOPIC],
  ['analytics-service', TOPIC],
  ['stock-changes-service', STOCK_TOPIC],
] as const
const DEAD_LETTERS = [
  ...['stock', 'notification', 'analytics'].map((name) => `${TOPIC}.${name}.dlq`),
  `${STOCK_TOPIC}.stock.dlq`,
]
const LIMIT_MS = 60_000

/** An order event in the log. */
export interface LoggedEvent {
  readonly partition: number
  readonly offset: bigint
  readonly eventId: string
  readonly orderId: string
  readonly sequence: number
  readonly type: string
}

const value = z.object({ eventId: z.string(), orderId: z.string(), sequence: z.number(), type: z.string() })

interface FoundRecord {
  readonly partition: number
  readonly message: KafkaMessage
}

export interface KafkaLog {
  /** Every order event, in offset order within each partition. */
  readonly readLog: () => Promise<readonly LoggedEvent[]>
  /** Records that the groups have not committed yet. */
  readonly lag: () => Promise<number>
  readonly deadLetters: () => Promise<number>
  /** Appends the chosen records once more, as they are. */
  readonly redrive: (isChosen: () => boolean) => Promise<void>
  /** Sets every group back to the first record; they must have no members. */
  readonly rewind: () => Promise<void>
}

/** Reads the log without code of the functions. */
export function createKafkaLog(broker: string): KafkaLog {
  repairKafkajs()
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 8 } })

  /** Retries until Kafka answers: after a start it has no leaders for a moment. */
  const withAdmin = <T>(ask: (admin: Admin) => Promise<T>): Promise<T> =>
    waitFor(
      async () => {
        const admin = kafka.admin()
        await admin.connect()
        try {
          return await ask(admin)
        } finally {
          await admin.disconnect()
        }
      },
      () => true,
      LIMIT_MS,
    )
  const ends = (topic: string) =>
    withAdmin(async (admin) =>
      (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => ({
        partition,
        low: BigInt(low),
        high: BigInt(high),
      })),
    )

  async function readRecords(): Promise<readonly FoundRecord[]> {
    const wanted = await ends(TOPIC)
    const total = wanted.reduce((sum, { low, high }) => sum + Number(high - low), 0)
    const found = new Map<string, FoundRecord>()
    if (total === 0) return []
    const consumer = kafka.consumer({ groupId: `chaos-${randomUUID()}`, sessionTimeout: 10_000 })
    await consumer.connect()
    try {
      await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
      await consumer.run({
        eachMessage: async ({ partition, message }) =>
          void found.set(`${partition}:${message.offset}`, { partition, message }),
      })
      await waitFor(
        async () => found.size,
        (size) => size >= total,
        LIMIT_MS,
      )
    } finally {
      await consumer.disconnect()
    }
    return [...found.values()]
  }

  return {
    readLog: async () =>
      (await readRecords())
        .map(({ partition, message }) => ({
          partition,
          offset: BigInt(message.offset),
          ...value.parse(JSON.parse(message.value?.toString() ?? 'null')),
        }))
        .sort((one, other) =>
          one.partition === other.partition
            ? Number(one.offset - other.offset)
            : one.partition - other.partition,
        ),

    redrive: async (isChosen) => {
      const chosen = (await readRecords()).filter(isChosen)
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      try {
        const messages = chosen.map(({ message: { key, value, headers = {} } }) => ({ key, value, headers }))
        await producer.send({ topic: TOPIC, messages })
      } finally {
        await producer.disconnect()
      }
    },

    lag: async () => {
      let sum = 0n
      for (const [groupId, topic] of GROUPS) {
        const wanted = await ends(topic)
        const found = await withAdmin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }))
        for (const { partition, offset } of found.flatMap(({ partitions }) => partitions)) {
          const end = wanted.find((one) => one.partition === partition)
          // -1: the group has not committed anything of this partition yet.
          const committed = offset === '-1' ? (end?.low ?? 0n) : BigInt(offset)
          sum += (end?.high ?? 0n) - committed
        }
      }
      return Number(sum)
    },

    deadLetters: async () => {
      const all = await Promise.all(DEAD_LETTERS.map(ends))
      return all.flat().reduce((sum, { high }) => sum + Number(high), 0)
    },

    rewind: async () => {
      for (const [groupId, topic] of GROUPS) {
        await withAdmin((admin) => admin.resetOffsets({ groupId, topic, earliest: true }))
      }
    },
  }
}

import { type Admin, type KafkaMessage, Partitioners } from 'kafkajs'
import * as z from 'zod'
import { createKafkaClient } from '../../../local-runner/kafka/kafka-client.ts'
import { createLogReader, readLog } from '../../../local-runner/kafka/log-reader.ts'
import type { JavaRecord } from '../../../local-runner/testing/java-client/java-connection.ts'
import { HOSTILE_HEADER } from '../../testing/hostile-records.ts'
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

/** What order-topic holds. Places are `<topic>-<partition>@<offset>`. */
export interface Log {
  /** In offset order within each partition. */
  readonly events: readonly LoggedEvent[]
  /** Places of the records that the nemesis wrote, and that no function can read. */
  readonly hostile: readonly string[]
}

export interface DeadLetter {
  /** The dead-letter topic. */
  readonly topic: string
  /** The place of the record that a function refused. */
  readonly of: string
}

export interface KafkaLog {
  /** Committed records only. */
  readonly readLog: () => Promise<Log>
  /** Records that the groups have not committed yet. */
  readonly lag: () => Promise<number>
  readonly deadLetters: () => Promise<readonly DeadLetter[]>
  /** Key, value and headers of every record. */
  readonly readRecords: () => Promise<readonly JavaRecord[]>
  /** Appends the chosen records once more, as they are. */
  readonly redrive: (isChosen: () => boolean) => Promise<void>
  /** Sets every group back to the first record; they must have no members. */
  readonly rewind: () => Promise<void>
}

/** Reads the log without code of the functions. */
export function createKafkaLog(broker: string): KafkaLog {
  const kafka = createKafkaClient({
    clientId: 'chaos',
    brokers: [broker],
    retries: 8,
    record: () => undefined,
  })

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

  async function readRecords(topic: string): Promise<readonly FoundRecord[]> {
    const reader = createLogReader(kafka)
    const found: FoundRecord[] = []
    try {
      for (const { partition, low, high } of await ends(topic)) {
        for await (const message of readLog(reader, { topic, partition, offset: low }, high))
          found.push({ partition, message })
      }
    } finally {
      await reader.close()
    }
    return found
  }

  return {
    readLog: async () => {
      const records = await readRecords(TOPIC)
      const [hostile, events] = [records.filter(isHostile), records.filter((one) => !isHostile(one))]
      return {
        events: events.map(({ partition, message }) => ({
          partition,
          offset: BigInt(message.offset),
          ...value.parse(JSON.parse(message.value?.toString() ?? 'null')),
        })),
        hostile: hostile.map(({ partition, message }) => `${TOPIC}-${partition}@${message.offset}`),
      }
    },

    readRecords: async () =>
      (await readRecords(TOPIC)).map(({ message: { key, value, headers = {} } }) => ({
        key,
        value,
        headers: Object.entries(headers).map(([name, bytes]) => [name, String(bytes)] as const),
      })),

    redrive: async (isChosen) => {
      const chosen = (await readRecords(TOPIC)).filter(isChosen)
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
      const letters: DeadLetter[] = []
      for (const topic of DEAD_LETTERS) {
        for (const { message } of await readRecords(topic)) letters.push({ topic, of: placeOf(message) })
      }
      return letters
    },

    rewind: async () => {
      for (const [groupId, topic] of GROUPS) {
        await withAdmin((admin) => admin.resetOffsets({ groupId, topic, earliest: true }))
      }
    },
  }
}

const isHostile = ({ message }: FoundRecord) => message.headers?.[HOSTILE_HEADER] !== undefined

/** By the headers of docs/order-protocol.md; `?` where one is missing. */
function placeOf({ headers }: KafkaMessage): string {
  const [topic, partition, offset] = ['topic', 'partition', 'offset'].map(
    (name) => headers?.[`x-dlq-${name}`]?.toString() ?? '?',
  )
  return `${topic}-${partition}@${offset}`
}

import { createRequire } from 'node:module'
import type { Kafka, KafkaMessage } from 'kafkajs'
import * as z from 'zod'
import { createCluster } from './kafkajs-cluster.ts'

const load = createRequire(import.meta.url)

export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

export interface Fetched {
  readonly messages: readonly KafkaMessage[]
  /** Where the next fetch begins. */
  readonly nextOffset: bigint
  /** No committed record is left behind `nextOffset`. */
  readonly isEnd: boolean
}

export interface LogReader {
  /** One fetch: committed records from `offset` on, as many as fit. Rejects when the broker refuses or is away. */
  readonly fetch: (place: Place) => Promise<Fetched>
  readonly close: () => Promise<void>
}

const WAIT_MS = 100
const READ_COMMITTED = 1
const MAX_BYTES = 4_000_000

interface Batch {
  readonly messages: readonly KafkaMessage[]
  readonly lastOffset: () => string
  readonly isEmptyIncludingFiltered: () => boolean
}
type BatchClass = new (topic: string, fetchedOffset: string, data: unknown) => Batch

const response = z.object({
  responses: z.tuple([
    z.object({
      partitions: z.tuple([z.looseObject({ highWatermark: z.string(), lastStableOffset: z.string() })]),
    }),
  ]),
})

/**
 * Reads records by their place, outside any consumer group: kafkajs offers reading only to members of one, which takes
 * seconds to join and leaves the group behind.
 */
export function createLogReader(kafka: Kafka): LogReader {
  const cluster = createCluster(kafka)
  const Batch = load('kafkajs/src/consumer/batch') as BatchClass
  let connected: Promise<void> | undefined
  const connect = () => {
    connected ??= cluster.connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }

  const fetch = async ({ topic, partition, offset }: Place): Promise<Fetched> => {
    await cluster.addTargetTopic(topic)
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
    if (nodeId === undefined) throw new Error(`${topic}-${partition} does not exist or has no leader`)
    const broker = await cluster.findBroker({ nodeId })
    const answer = response.parse(
      await broker.fetch({
        isolationLevel: READ_COMMITTED,
        maxWaitTime: WAIT_MS,
        maxBytes: MAX_BYTES,
        topics: [{ topic, partitions: [{ partition, fetchOffset: `${offset}`, maxBytes: MAX_BYTES }] }],
      }),
    )
    const [data] = answer.responses[0].partitions
    const batch = new Batch(topic, `${offset}`, data)
    const nextOffset = batch.isEmptyIncludingFiltered() ? offset : BigInt(batch.lastOffset()) + 1n
    return { messages: batch.messages, nextOffset, isEnd: nextOffset >= BigInt(data.lastStableOffset) }
  }

  return {
    fetch: async (place) => {
      await connect()
      try {
        return await fetch(place)
      } catch {
        // What it knew of the topic may be old: a new partition, a new leader, a broker that was restarted.
        await cluster.refreshMetadata()
        return await fetch(place)
      }
    },
    close: async () => {
      if (connected !== undefined) await cluster.disconnect()
    },
  }
}

/** All committed records of a partition from `offset` on, up to the end that is reached first. */
export async function* readLog(reader: LogReader, place: Place): AsyncGenerator<KafkaMessage> {
  for (let { offset } = place; ;) {
    const { messages, nextOffset, isEnd } = await reader.fetch({ ...place, offset })
    yield* messages
    // An empty fetch before the end: the log's last stable offset moved back over an open transaction.
    if (isEnd || nextOffset === offset) return
    offset = nextOffset
  }
}

import { createRequire } from 'node:module'
import type { Kafka, KafkaMessage } from 'kafkajs'
import * as z from 'zod'
import { createCluster } from './kafkajs/cluster.ts'

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
  /** There is no committed record after `nextOffset`. */
  readonly isEnd: boolean
}

export interface LogReader {
  /** One fetch of committed records from `offset` on, as many as fit. Rejects on a broker's error or when none answers. */
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
 * Reads records by their place, without a consumer group. kafkajs lets only group members read, but joining a group takes
 * seconds, and the group stays.
 */
export function createLogReader(kafka: Kafka): LogReader {
  const cluster = createCluster(kafka)
  const Batch = load('kafkajs/src/consumer/batch') as BatchClass
  let isConnected = false
  let last: Promise<unknown> = Promise.resolve()

  const fetch = async ({ topic, partition, offset }: Place, isRetry: boolean): Promise<Fetched> => {
    if (!isConnected) await cluster.connect()
    isConnected = true
    // Its metadata may be outdated: a new partition, a new leader, a restarted broker.
    if (isRetry) await cluster.refreshMetadata()
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
    // One at a time: of several fetches that begin before a broker is connected, kafkajs gives each a connection of its own,
    // and forgets all but the last one, which then never close.
    fetch: (place) => {
      const fetched = last.then(() => fetch(place, false).catch(() => fetch(place, true)))
      last = fetched.catch(() => undefined)
      return fetched
    },
    close: async () => {
      await last
      if (isConnected) await cluster.disconnect()
    },
  }
}

/** The committed records of a partition from `offset` up to `end`; without `end`, up to the current end of the log. */
export async function* readLog(
  reader: Pick<LogReader, 'fetch'>,
  place: Place,
  end?: bigint,
): AsyncGenerator<KafkaMessage> {
  for (let { offset } = place; end === undefined || offset < end;) {
    const { messages, nextOffset, isEnd } = await reader.fetch({ ...place, offset })
    for (const message of messages) if (end === undefined || BigInt(message.offset) < end) yield message
    // A fetch is empty before the end while a transaction is open. With `end` the next fetch waits for it.
    if (end === undefined && (isEnd || nextOffset === offset)) return
    offset = nextOffset
  }
}

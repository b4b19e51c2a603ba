import { createRequire } from 'node:module'
import type { Kafka, KafkaMessage } from 'kafkajs'
import * as z from 'zod'
import { createCluster } from './kafkajs/cluster.ts'
import { repairKafkajs } from './kafkajs/repairs.ts'

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
  /** There is no committed record after `nextOffset`, for now. */
  readonly isEnd: boolean
  /** The transaction that keeps what is behind it from being read. */
  readonly openTransaction?: OpenTransaction
}

export interface OpenTransaction {
  /** Of its first record. */
  readonly offset: bigint
  /** The time of that record, by the clock of whoever wrote it. */
  readonly since: string
}

export interface LogReader {
  /** One fetch of committed records from `offset` on, as many as fit. Rejects on a broker's error or when none answers. */
  readonly fetch: (place: Place) => Promise<Fetched>
  readonly close: () => Promise<void>
}

const WAIT_MS = 100
const READ_COMMITTED = 1
const READ_UNCOMMITTED = 0
const MAX_BYTES = 4_000_000
/** Kafka aborts what a crashed client left open after a minute, the clients' default, and looks every ten seconds. */
const OPEN_TRANSACTION_PATIENCE_MS = 90_000

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
  repairKafkajs()
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
    const fetchFrom = async (from: bigint, isolationLevel: number, maxBytes: number) => {
      const answer = await broker.fetch({
        isolationLevel,
        maxWaitTime: WAIT_MS,
        maxBytes,
        topics: [{ topic, partitions: [{ partition, fetchOffset: `${from}`, maxBytes }] }],
      })
      const [data] = response.parse(answer).responses[0].partitions
      return { data, batch: new Batch(topic, `${from}`, data) }
    }

    const { data, batch } = await fetchFrom(offset, READ_COMMITTED, MAX_BYTES)
    const nextOffset = batch.isEmptyIncludingFiltered() ? offset : BigInt(batch.lastOffset()) + 1n
    const stableEnd = BigInt(data.lastStableOffset)
    const fetched = { messages: batch.messages, nextOffset, isEnd: nextOffset >= stableEnd }
    if (!fetched.isEnd || stableEnd >= BigInt(data.highWatermark)) return fetched
    // The broker sends one batch whole, however few bytes are asked for.
    const open = await fetchFrom(stableEnd, READ_UNCOMMITTED, 1)
    const since = toTime(open.batch.messages[0]?.timestamp)
    return { ...fetched, openTransaction: { offset: stableEnd, since } }
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

/** @param timestamp any number: its producer chose it */
function toTime(timestamp: string | undefined): string {
  const time = new Date(Number(timestamp))
  return Number.isNaN(time.getTime()) ? `timestamp ${timestamp}` : time.toISOString()
}

/**
 * The committed records of a partition from `offset` up to `end`; without `end`, up to the current end of the log or the
 * first open transaction.
 * @throws Error when a transaction before `end` stays open
 */
export async function* readLog(
  reader: Pick<LogReader, 'fetch'>,
  place: Place,
  end?: bigint,
  openTransactionPatienceMs = OPEN_TRANSACTION_PATIENCE_MS,
): AsyncGenerator<KafkaMessage> {
  let waitingSince: number | undefined
  for (let { offset } = place; end === undefined || offset < end;) {
    const { messages, nextOffset, isEnd, openTransaction } = await reader.fetch({ ...place, offset })
    for (const message of messages) if (end === undefined || BigInt(message.offset) < end) yield message
    if (end === undefined && (isEnd || nextOffset === offset)) return
    if (nextOffset > offset) waitingSince = undefined
    else waitingSince ??= performance.now()
    offset = nextOffset
    const waitedMs = waitingSince === undefined ? 0 : performance.now() - waitingSince
    if (waitedMs > openTransactionPatienceMs) throw new Error(toReason(place, offset, openTransaction))
  }
}

function toReason({ topic, partition }: Place, offset: bigint, open: OpenTransaction | undefined): string {
  const where = `${topic}, partition ${partition}`
  if (open === undefined)
    return `${where}: nothing can be read at offset ${offset}, though the log goes on behind it.`
  return (
    `${where}: a transaction is open at offset ${open.offset}, since ${open.since}, and nothing behind it can be read. ` +
    'Kafka aborts it when its timeout is over (at most 15 minutes by default): try again then, or end it now ' +
    'with kafka-transactions.sh.'
  )
}

import { createRequire } from 'node:module'
import type { Kafka, KafkaMessage } from 'kafkajs'
import * as z from 'zod'
import { createCluster, READ_COMMITTED } from './kafkajs/cluster.ts'
import { repairKafkajs } from './kafkajs/repairs.ts'
import { unreadableIn } from './kafkajs/unreadable-batches.ts'

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
  /** Where reading ends in each partition: at the last stable offset, or uncommitted at the high watermark. */
  readonly ends: (topic: string, partitions: readonly number[]) => Promise<ReadonlyMap<number, bigint>>
  readonly close: () => Promise<void>
}

export interface LogReaderOptions {
  /** `read_uncommitted` also reads the records of open and aborted transactions. */
  readonly isolation?: 'read_committed' | 'read_uncommitted'
  /** Of one fetch; the first batch comes whole, however large it is. */
  readonly maxBytes?: number
}

const WAIT_MS = 100
const READ_UNCOMMITTED = 0
const ISOLATION_LEVELS = { read_uncommitted: READ_UNCOMMITTED, read_committed: READ_COMMITTED } as const
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
export function createLogReader(
  kafka: Kafka,
  { isolation = 'read_committed', maxBytes = MAX_BYTES }: LogReaderOptions = {},
): LogReader {
  repairKafkajs()
  const isolationLevel = ISOLATION_LEVELS[isolation]
  const cluster = createCluster(kafka, isolationLevel)
  const Batch = load('kafkajs/src/consumer/batch') as BatchClass
  let isConnected = false
  let last: Promise<unknown> = Promise.resolve()

  const connectFor = async (topic: string, isRetry: boolean) => {
    if (!isConnected) await cluster.connect()
    isConnected = true
    // Its metadata may be outdated: a new partition, a new leader, a restarted broker.
    if (isRetry) await cluster.refreshMetadata()
    await cluster.addTargetTopic(topic)
  }

  const fetch = async ({ topic, partition, offset }: Place, isRetry: boolean): Promise<Fetched> => {
    await connectFor(topic, isRetry)
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
    if (nodeId === undefined) throw new Error(`${topic}-${partition} does not exist or has no leader`)
    const broker = await cluster.findBroker({ nodeId })
    const fetchFrom = async (from: bigint, level: number, limitBytes: number) => {
      const answer = await broker.fetch({
        isolationLevel: level,
        maxWaitTime: WAIT_MS,
        maxBytes: limitBytes,
        topics: [{ topic, partitions: [{ partition, fetchOffset: `${from}`, maxBytes: limitBytes }] }],
      })
      const [data] = response.parse(answer).responses[0].partitions
      const batch = new Batch(topic, `${from}`, data)
      const unreadable = unreadableIn(batch)
      if (unreadable !== undefined) throw unreadable
      return { data, batch }
    }

    const { data, batch } = await fetchFrom(offset, isolationLevel, maxBytes)
    const nextOffset = batch.isEmptyIncludingFiltered() ? offset : BigInt(batch.lastOffset()) + 1n
    // Reading uncommitted, no transaction keeps anything from being read.
    const stableEnd = BigInt(isolation === 'read_committed' ? data.lastStableOffset : data.highWatermark)
    const fetched = { messages: batch.messages, nextOffset, isEnd: nextOffset >= stableEnd }
    if (!fetched.isEnd || stableEnd >= BigInt(data.highWatermark)) return fetched
    // The broker sends one batch whole, however few bytes are asked for.
    const open = await fetchFrom(stableEnd, READ_UNCOMMITTED, 1)
    const since = toTime(open.batch.messages[0]?.timestamp)
    return { ...fetched, openTransaction: { offset: stableEnd, since } }
  }

  const ends = async (topic: string, partitions: readonly number[], isRetry: boolean) => {
    await connectFor(topic, isRetry)
    const wanted = partitions.map((partition) => ({ partition }))
    const found = await cluster.fetchTopicsOffset([{ topic, partitions: wanted, fromBeginning: false }])
    return new Map(
      found.flatMap((one) => one.partitions.map(({ partition, offset }) => [partition, BigInt(offset)])),
    )
  }

  // One at a time: of several requests that begin before a broker is connected, kafkajs gives each a connection of its own,
  // and forgets all but the last one, which then never close.
  const inTurn = <T>(request: (isRetry: boolean) => Promise<T>): Promise<T> => {
    const answered = last.then(() => request(false).catch(() => request(true)))
    last = answered.catch(() => undefined)
    return answered
  }

  return {
    fetch: (place) => inTurn((isRetry) => fetch(place, isRetry)),
    ends: (topic, partitions) => inTurn((isRetry) => ends(topic, partitions, isRetry)),
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

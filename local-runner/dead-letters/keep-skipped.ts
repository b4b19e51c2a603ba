import { createHash } from 'node:crypto'
import kafkajs, { type Admin, type Kafka, type KafkaMessage, type Message } from 'kafkajs'
import { isTooLarge } from '../kafka/is-too-large.ts'
import { headersInOrder } from '../kafka/kafkajs/header-order.ts'
import { toOrderedHeaders } from '../kafka/kafkajs/ordered-headers.ts'
import { UnreadableRecordsError } from '../kafka/kafkajs/unreadable-batches.ts'
import type { Place } from '../kafka/log-reader.ts'
import { findMessage, type ReadDeps } from './read-dead-letters.ts'

/** A record that a group is moved past. */
export interface Skipped {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Of what is skipped with it. */
  readonly lastOffset?: bigint
  /** The function whose group skips it; a redrive of the copy is for it alone. */
  readonly service: string
  readonly group: string
}

/** Where the copy is. */
export interface KeptCopy {
  readonly topic: string
  readonly id: string
}

interface KeepDeps extends ReadDeps {
  readonly kafka: Kafka
  readonly admin: Admin
}

/** As of the other dead-letter topics: room for the headers that a dead letter has more. */
const MAX_BYTES = '2097152'

const toHeaders = (fields: Readonly<Record<string, string | number | bigint>>) =>
  Object.entries(fields).map(([name, text]) => ({ key: `x-dlq-${name}`, value: Buffer.from(String(text)) }))

/** In the form of a function's own dead letters (shared/kafka/dead-letter.ts). */
function toFailure({ topic, partition, offset, lastOffset = offset, group }: Skipped, count: number) {
  const others = lastOffset > offset ? ` and all up to offset ${lastOffset}: their batch cannot be read` : ''
  const reason = `skipped: group ${group} was moved past it${others}`
  return toHeaders({ reason, topic, partition, offset, count, at: new Date().toISOString() })
}

function toCopy(skipped: Skipped, { key, value, headers }: KafkaMessage): Message {
  const list = headersInOrder(headers) ?? []
  const earlier = Number(list.findLast((one) => one.key === 'x-dlq-count')?.value?.toString()) || 0
  const kept = list.filter((one) => !one.key.startsWith('x-dlq-'))
  return { key, value, headers: toOrderedHeaders([...kept, ...toFailure(skipped, earlier + 1)]) }
}

function toCopyWithoutPayload(skipped: Skipped, message: KafkaMessage | undefined): Message {
  const value = message?.value
  const digest = value && {
    'value-size': value.length,
    'value-sha256': createHash('sha256').update(value).digest('hex'),
  }
  const headers = [...toFailure(skipped, 1), ...toHeaders({ payload: 'omitted', ...digest })]
  return { key: null, value: null, headers: toOrderedHeaders(headers) }
}

/** @returns undefined for a record that no reader can read @throws when there is no record */
async function readOriginal(skipped: Skipped, deps: ReadDeps): Promise<KafkaMessage | undefined> {
  const { topic, partition, offset } = skipped
  try {
    const message = await findMessage(topic, skipped, deps)
    if (message !== undefined) return message
  } catch (error) {
    if (error instanceof UnreadableRecordsError) return undefined
    throw error
  }
  throw new Error(`${topic} partition ${partition} has no record at offset ${offset}.`)
}

/** Where a group is moved that skips a record: behind it, or behind the batch if no reader can read that. */
export async function lastSkippedWith(place: Place, deps: ReadDeps): Promise<bigint> {
  const { topic, offset } = place
  try {
    await findMessage(topic, place, deps)
  } catch (error) {
    if (!(error instanceof UnreadableRecordsError)) throw error
    if (error.lastOffset > offset) return error.lastOffset
  }
  return offset
}

/** Writes a record to the dead-letter topic of the function that skips it, from which it can be redriven to that function. */
export async function keepSkipped(
  skipped: Skipped,
  deps: KeepDeps,
  existing: ReadonlySet<string>,
): Promise<KeptCopy> {
  const { kafka, admin } = deps
  const topic = `${skipped.topic}.${skipped.service}.dlq`
  const message = await readOriginal(skipped, deps)
  if (!existing.has(topic)) {
    const configEntries = [{ name: 'max.message.bytes', value: MAX_BYTES }]
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true })
  }
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    // A retry of kafkajs can resolve without having stored the record (tulios/kafkajs#1303).
    retry: { retries: 0 },
  })
  const store = async (copy: Message): Promise<KeptCopy> => {
    const [stored] = await producer.send({ topic, acks: -1, messages: [copy] })
    if (stored?.errorCode !== 0 || stored.baseOffset === undefined)
      throw new Error(`${topic} did not store the copy: ${JSON.stringify(stored)}. Nothing was skipped.`)
    return { topic, id: `${stored.partition}@${stored.baseOffset}` }
  }
  await producer.connect()
  try {
    return await store(message ? toCopy(skipped, message) : toCopyWithoutPayload(skipped, message))
  } catch (error) {
    if (!isTooLarge(error)) throw error
    return await store(toCopyWithoutPayload(skipped, message))
  } finally {
    await producer.disconnect()
  }
}

import type { Admin, KafkaMessage } from 'kafkajs'
import { UnreadableRecordsError } from '../kafka/kafkajs/unreadable-batches.ts'
import { type LogReader, readLog } from '../kafka/log-reader.ts'
import type { DeadLetter, Unreadable } from './dead-letter.ts'
import { parseDeadLetter } from './parse-dead-letter.ts'

export interface ReadDeps {
  readonly admin: Pick<Admin, 'fetchTopicOffsets'>
  readonly reader: Pick<LogReader, 'fetch'>
}

export interface LetterPlace {
  readonly partition: number
  readonly offset: bigint
}

/** Of an id, `<partition>@<offset>`. */
export function placeOf(id: string): LetterPlace {
  const [partition, offset] = id.split('@')
  return { partition: Number(partition), offset: BigInt(offset ?? 0) }
}

async function* readPartition(
  topic: string,
  { partition, offset }: LetterPlace,
  reader: ReadDeps['reader'],
): AsyncGenerator<DeadLetter | Unreadable> {
  let next = offset
  try {
    for await (const message of readLog(reader, { topic, partition, offset })) {
      next = BigInt(message.offset) + 1n
      yield parseDeadLetter(topic, partition, message)
    }
  } catch (error) {
    if (!(error instanceof UnreadableRecordsError)) throw error
    const problem = `from here to the end of its partition nothing can be read: ${String(error)}`
    yield { topic, id: `${partition}@${next}`, problem, digest: undefined }
  }
}

/** All records of a dead-letter topic behind `after`, by partition and offset; one at a time, because they may be many. */
export async function* readDeadLetters(
  topic: string,
  { admin, reader }: ReadDeps,
  after?: LetterPlace,
): AsyncGenerator<DeadLetter | Unreadable> {
  const partitions = [...(await admin.fetchTopicOffsets(topic))].sort((a, b) => a.partition - b.partition)
  for (const { partition, low } of partitions) {
    if (after !== undefined && partition < after.partition) continue
    const start = after?.partition === partition ? after.offset + 1n : 0n
    const offset = start > BigInt(low) ? start : BigInt(low)
    yield* readPartition(topic, { partition, offset }, reader)
  }
}

/** One record of any topic. */
export async function findMessage(
  topic: string,
  { partition, offset }: LetterPlace,
  { admin, reader }: ReadDeps,
): Promise<KafkaMessage | undefined> {
  const log = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition)
  if (log === undefined || offset < BigInt(log.low) || offset >= BigInt(log.high)) return undefined
  const { messages } = await reader.fetch({ topic, partition, offset })
  return messages.find((message) => message.offset === `${offset}`)
}

/** One record of a dead-letter topic. */
export async function findDeadLetter(
  topic: string,
  id: string,
  deps: ReadDeps,
): Promise<DeadLetter | Unreadable | undefined> {
  const place = placeOf(id)
  const message = await findMessage(topic, place, deps)
  return message && parseDeadLetter(topic, place.partition, message)
}

import type { Admin, KafkaMessage } from 'kafkajs'
import { type Header, headersInOrder } from '../kafka/kafkajs/header-order.ts'
import { type LogReader, readLog } from '../kafka/log-reader.ts'
import type { DeadLetter, Unreadable } from './dead-letter.ts'
import { parseFailedDocument } from './parse-failed-document.ts'

const textOf = (headers: readonly Header[], name: string) =>
  headers.findLast(({ key }) => key === name)?.value?.toString()

/** `x-dlq-count` stays on the record, so it grows with each failure; the other headers are about this failure only. */
const isOfThisFailure = ({ key }: Header) => key.startsWith('x-dlq-') && key !== 'x-dlq-count'

function parseByHeaders(
  place: Pick<DeadLetter, 'topic' | 'id'>,
  { key, value }: KafkaMessage,
  headers: readonly Header[],
): DeadLetter | Unreadable {
  const topic = textOf(headers, 'x-dlq-topic') ?? ''
  const partition = Number(textOf(headers, 'x-dlq-partition') ?? Number.NaN)
  const offset = textOf(headers, 'x-dlq-offset') ?? ''
  if (topic === '' || !Number.isInteger(partition) || !/^\d+$/.test(offset)) {
    return { ...place, problem: 'its x-dlq-topic, x-dlq-partition and x-dlq-offset headers name no record' }
  }
  const original = { topic, partition, offset: BigInt(offset), key, value }
  return {
    ...place,
    kind: 'dlq',
    reason: textOf(headers, 'x-dlq-reason') ?? '',
    attempts: Number(textOf(headers, 'x-dlq-count') ?? 1),
    at: textOf(headers, 'x-dlq-at') ?? '',
    original: { ...original, headers: headers.filter((header) => !isOfThisFailure(header)) },
  }
}

/** Parses one record of a dead-letter topic: a function's, by its `x-dlq-` headers, or else a mapping's document. */
function parseDeadLetter(topic: string, partition: number, message: KafkaMessage): DeadLetter | Unreadable {
  const place = { topic, id: `${partition}@${message.offset}` }
  const headers = headersInOrder(message.headers) ?? []
  if (headers.some(({ key }) => key === 'x-dlq-topic')) return parseByHeaders(place, message, headers)
  const parsed = parseFailedDocument(message.value)
  return typeof parsed === 'string' ? { ...place, problem: parsed } : { ...place, kind: 'failed', ...parsed }
}

/** All records of a dead-letter topic. */
export async function readDeadLetters(
  topic: string,
  { admin, reader }: { readonly admin: Admin; readonly reader: LogReader },
): Promise<readonly (DeadLetter | Unreadable)[]> {
  const found: (DeadLetter | Unreadable)[] = []
  for (const { partition, low } of await admin.fetchTopicOffsets(topic)) {
    for await (const message of readLog(reader, { topic, partition, offset: BigInt(low) })) {
      found.push(parseDeadLetter(topic, partition, message))
    }
  }
  return found
}

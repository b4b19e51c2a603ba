import type { KafkaMessage } from 'kafkajs'
import { type Header, headersInOrder } from '../kafka/kafkajs/header-order.ts'
import { type DeadLetter, omittedProblem, type Unreadable } from './dead-letter.ts'
import { digestOf } from './notes.ts'
import { parseFailedDocument } from './parse-failed-document.ts'

const textOf = (headers: readonly Header[], name: string) =>
  headers.findLast(({ key }) => key === name)?.value?.toString()

/** `x-dlq-count` stays on the record, so it grows with each failure; the other headers are about this failure only. */
const isOfThisFailure = ({ key }: Header) => key.startsWith('x-dlq-') && key !== 'x-dlq-count'

/** From `<topic>.<service>.dlq`; also a name with dots, such as that of a group of somebody else (keep-skipped.ts). */
function serviceOf(deadLetterTopic: string, topic: string): string | undefined {
  const rest = deadLetterTopic.startsWith(`${topic}.`) ? deadLetterTopic.slice(topic.length + 1) : ''
  return /^(.+)\.dlq$/.exec(rest)?.[1]
}

function parseByHeaders(
  place: Pick<DeadLetter, 'topic' | 'id'>,
  { key, value }: KafkaMessage,
  headers: readonly Header[],
): DeadLetter | Unreadable {
  const topic = textOf(headers, 'x-dlq-topic') ?? ''
  const partition = Number(textOf(headers, 'x-dlq-partition') ?? Number.NaN)
  const offset = textOf(headers, 'x-dlq-offset') ?? ''
  if (topic === '' || !Number.isInteger(partition) || !/^\d{1,19}$/.test(offset)) {
    const problem = 'its x-dlq-topic, x-dlq-partition and x-dlq-offset headers name no record'
    return { ...place, problem, digest: digestOf({ key, value }) }
  }
  const original = { topic, partition, offset: BigInt(offset), key, value }
  const isOmitted = textOf(headers, 'x-dlq-payload') === 'omitted'
  return {
    ...place,
    kind: 'dlq',
    reason: textOf(headers, 'x-dlq-reason') ?? '',
    attempts: Number(textOf(headers, 'x-dlq-count')) || 1,
    at: textOf(headers, 'x-dlq-at') ?? '',
    service: serviceOf(place.topic, topic),
    original: { ...original, headers: headers.filter((header) => !isOfThisFailure(header)) },
    ...(isOmitted && { problem: omittedProblem(topic, partition, original.offset) }),
  }
}

/** Parses one record of a dead-letter topic: a function's, by its `x-dlq-` headers, or else a mapping's document. */
export function parseDeadLetter(
  topic: string,
  partition: number,
  message: KafkaMessage,
): DeadLetter | Unreadable {
  const place = { topic, id: `${partition}@${message.offset}` }
  const headers = headersInOrder(message.headers) ?? []
  if (headers.some(({ key }) => key === 'x-dlq-topic')) return parseByHeaders(place, message, headers)
  const parsed = parseFailedDocument(message.value)
  return typeof parsed === 'string'
    ? { ...place, problem: parsed, digest: digestOf(message) }
    : { ...place, kind: 'failed', ...parsed }
}

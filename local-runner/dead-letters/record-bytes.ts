import type { Header } from '../kafka/kafkajs/header-order.ts'

const BATCH_HEAD_BYTES = 61
const ATTRIBUTES_AND_DELTAS_BYTES = 3

/** A length as Kafka writes it: zigzag, seven bits to a byte. */
function lengthBytes(length: number): number {
  let bytes = 1
  for (let rest = length * 2; rest > 127; rest = Math.floor(rest / 128)) bytes += 1
  return bytes
}

const withLength = (length: number) => lengthBytes(length) + length

export interface SizedRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly Header[]
}

/** Size of an uncompressed batch of this one record, which a topic's max.message.bytes limits. */
export function recordBytes({ key, value, headers }: SizedRecord): number {
  const body = headers.reduce(
    (sum, header) => sum + withLength(Buffer.byteLength(header.key)) + withLength(header.value?.length ?? 0),
    ATTRIBUTES_AND_DELTAS_BYTES +
      withLength(key?.length ?? 0) +
      withLength(value?.length ?? 0) +
      lengthBytes(headers.length),
  )
  return BATCH_HEAD_BYTES + withLength(body)
}

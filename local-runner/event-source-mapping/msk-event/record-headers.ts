import type { KafkaMessage } from 'kafkajs'
import { type Header, headersInOrder } from '../../kafka/kafkajs/header-order.ts'

/** Without the patched decoder the order is kept only within one header name. */
export function headersOf({ headers }: KafkaMessage): readonly Header[] {
  return (
    headersInOrder(headers) ??
    Object.entries(headers ?? {}).flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => ({ key, value: Buffer.from(one ?? '') })),
    )
  )
}

/** Each of them, also an empty one, is some characters of JSON. */
export function sizeOfHeaders(headers: readonly Header[]): number {
  let size = 0
  // The list's own `reduce` is that of header-order.ts.
  for (const { key, value } of headers) size += key.length + (value?.length ?? 0) + '{"":[]}'.length
  return size
}

/** Header bytes are signed, as Java's are: 0xdc is -36. */
function toSignedBytes(value: Buffer | null): string {
  if (value === null) return '[]'
  return `[${new Int8Array(value.buffer, value.byteOffset, value.length).join(',')}]`
}

export const toHeadersJson = (headers: readonly Header[]): string =>
  `[${headers.map(({ key, value }) => `{${JSON.stringify(key)}:${toSignedBytes(value)}}`).join(',')}]`

import type { Found } from './dead-letter.ts'

/** Text when the bytes are valid UTF-8, else `{ base64 }`. */
function toText(bytes: Buffer | null) {
  if (bytes === null) return null
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) ? text : { base64: bytes.toString('base64') }
}

/** A dead letter as JSON, for HTTP and `dlq show`. */
export function toJson(found: Found) {
  if (!('original' in found)) return found
  const { key, value, headers, offset, ...place } = found.original
  return {
    ...found,
    original: {
      ...place,
      offset: offset.toString(),
      key: toText(key),
      value: toText(value),
      headers: headers.map((header) => [header.key, toText(header.value)]),
    },
  }
}

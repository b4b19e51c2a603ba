import type { Found } from './dead-letters.ts'

/** UTF-8 text where the bytes are that, else base64 and so named. */
function toText(bytes: Buffer | null) {
  if (bytes === null) return null
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) ? text : { base64: bytes.toString('base64') }
}

/** A dead letter as HTTP and `dlq show` give it. */
export function toJson(found: Found) {
  if ('problem' in found) return found
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

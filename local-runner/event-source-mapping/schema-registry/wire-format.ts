export interface Framed {
  readonly schemaId: number
  readonly body: Buffer
}

const MAGIC = 0
const HEAD_BYTES = 5

/** A registry's framing: a zero byte, the schema's id in four, then the data; undefined where there is none. */
export function parseFrame(bytes: Buffer): Framed | undefined {
  if (bytes.length < HEAD_BYTES || bytes.readUInt8(0) !== MAGIC) return undefined
  return { schemaId: bytes.readUInt32BE(1), body: bytes.subarray(HEAD_BYTES) }
}

/** Zigzag varint at `at`, and where the next byte is. */
function readVarint(bytes: Buffer, at: number): readonly [value: number, next: number] {
  let value = 0
  for (let shift = 0; shift < 32; shift += 7) {
    const byte = bytes.readUInt8(at)
    at += 1
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return [(value >>> 1) ^ -(value & 1), at]
  }
  throw new RangeError('the message indexes are no numbers')
}

/** Protobuf's framing goes on with the place of the message in its file: how many indexes, then each. */
export function withoutMessageIndexes(body: Buffer): Buffer {
  let [left, at] = readVarint(body, 0)
  for (; left > 0; left -= 1) [, at] = readVarint(body, at)
  return body.subarray(at)
}

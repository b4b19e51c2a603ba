export interface Framed {
  readonly schemaId: number
  readonly body: Buffer
}

const MAGIC = 0
const HEAD_BYTES = 5

/** A registry's framing: a zero byte, four bytes of schema id, then the data; undefined for anything else. */
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

export interface IndexedMessage {
  /** Index of the message in its file, then of the message nested in that one, and so on. */
  readonly indexes: readonly number[]
  readonly message: Buffer
}

/**
 * Protobuf's framing continues with the place of the message in its file: the number of indexes, then each index. Zero
 * indexes mean the first message.
 * @throws RangeError when the bytes end too early or are no indexes
 */
export function parseMessageIndexes(body: Buffer): IndexedMessage {
  let [left, at] = readVarint(body, 0)
  if (left < 0) throw new RangeError('a negative number of message indexes')
  if (left === 0) return { indexes: [0], message: body.subarray(at) }
  const indexes: number[] = []
  for (; left > 0; left -= 1) {
    const [index, next] = readVarint(body, at)
    indexes.push(index)
    at = next
  }
  return { indexes, message: body.subarray(at) }
}

export interface AvroCursor {
  readonly long: () => bigint
  readonly boolean: () => boolean
  readonly float: () => number
  readonly double: () => number
  readonly take: (length: number) => Buffer
  readonly isAtEnd: () => boolean
}

/** Reads Avro's primitives one after another. @throws RangeError when the bytes end too early */
export function createAvroCursor(bytes: Buffer): AvroCursor {
  let at = 0
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new RangeError('the bytes end before the schema does')
    at += length
    return bytes.subarray(at - length, at)
  }
  return {
    take,
    long: () => {
      let value = 0n
      for (let shift = 0n; shift < 70n; shift += 7n) {
        const byte = take(1).readUInt8()
        value |= BigInt(byte & 0x7f) << shift
        // Zigzag: the lowest bit is the sign.
        if (byte < 0x80) return (value >> 1n) ^ -(value & 1n)
      }
      throw new RangeError('a number of more than 64 bits')
    },
    boolean: () => take(1).readUInt8() === 1,
    float: () => take(4).readFloatLE(),
    double: () => take(8).readDoubleLE(),
    isAtEnd: () => at === bytes.length,
  }
}

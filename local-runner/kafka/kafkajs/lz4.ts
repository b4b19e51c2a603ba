import { MAX_UNPACKED_BYTES, tooLarge } from './unpacked-limit.ts'

const MAGIC = 0x184d2204
const HAS_BLOCK_CHECKSUM = 0x10
const HAS_CONTENT_SIZE = 0x08
const HAS_DICTIONARY = 0x01
const IS_STORED = 0x8000_0000
/** The block sizes 4 to 7 of a frame's descriptor; each is four times the one before. */
const SMALLEST_BLOCK = 64 * 1024

const broken = (why: string) => new Error(`broken lz4 data: ${why}`)

/**
 * Unpacks one frame (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md). Checksums are not compared: Kafka keeps
 * one over the whole batch, and the broker has compared it.
 */
export function unpackLz4(frame: Buffer): Buffer {
  if (frame.length < 7 || frame.readUInt32LE(0) !== MAGIC) throw broken('it is no frame')
  const flags = frame.readUInt8(4)
  if (flags >> 6 !== 1) throw broken('its frame has an unknown version')
  if (flags & HAS_DICTIONARY) throw broken('it needs a dictionary')
  const maxBlock = SMALLEST_BLOCK * 4 ** (((frame.readUInt8(5) >> 4) & 7) - 4)
  let from = 7 + (flags & HAS_CONTENT_SIZE ? 8 : 0)
  let out = Buffer.allocUnsafe(Math.max(SMALLEST_BLOCK, 4 * frame.length))
  let length = 0
  for (let size = frame.readUInt32LE(from); size !== 0; size = frame.readUInt32LE(from)) {
    const end = from + 4 + (size & ~IS_STORED)
    const block = frame.subarray(from + 4, end)
    if (out.length < length + maxBlock) out = Buffer.concat([out], 2 * out.length + maxBlock)
    if (size & IS_STORED) length += block.copy(out, length)
    else length = unpackBlock(block, out, length)
    if (length > MAX_UNPACKED_BYTES) throw tooLarge()
    from = end + (flags & HAS_BLOCK_CHECKSUM ? 4 : 0)
  }
  return out.subarray(0, length)
}

/** Unpacks a block behind what `out` holds already, to which it may refer. Gives the new end. */
function unpackBlock(block: Buffer, out: Buffer, start: number): number {
  let from = 0
  let to = start
  const readLength = (begun: number) => {
    if (begun !== 15) return begun
    let sum = begun
    for (let more = 255; more === 255; sum += more) more = block.readUInt8(from++)
    return sum
  }
  while (from < block.length) {
    const token = block.readUInt8(from++)
    const literals = readLength(token >> 4)
    if (from + literals > block.length || to + literals > out.length) throw broken('literals without end')
    block.copy(out, to, from, from + literals)
    from += literals
    to += literals
    // The last sequence is literals only.
    if (from === block.length) break
    const distance = block.readUInt16LE(from)
    from += 2
    const end = to + readLength(token & 15) + 4
    if (distance === 0 || distance > to || end > out.length) throw broken('a reference outside')
    // One after the other: the copy may overlap what it copies.
    for (; to < end; to += 1) out[to] = out[to - distance] ?? 0
  }
  return to
}

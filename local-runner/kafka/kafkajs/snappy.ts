import { uncompress } from 'snappyjs'
import { MAX_UNPACKED_BYTES, tooLarge } from './unpacked-limit.ts'

/** How Java's stream begins; two versions of four bytes follow, and then blocks, each behind its length. */
const JAVA_MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1')
const JAVA_HEADER_BYTES = 16

/** Unpacks what librdkafka writes, one raw block, and what Java writes, blocks in a stream. */
export function unpackSnappy(packed: Buffer): Buffer {
  if (!packed.subarray(0, JAVA_MAGIC.length).equals(JAVA_MAGIC))
    return unpackBlock(packed, MAX_UNPACKED_BYTES)
  const blocks: Buffer[] = []
  let left = MAX_UNPACKED_BYTES
  for (let from = JAVA_HEADER_BYTES; from < packed.length;) {
    const end = from + 4 + packed.readUInt32BE(from)
    const block = unpackBlock(packed.subarray(from + 4, end), left)
    blocks.push(block)
    left -= block.length
    from = end
  }
  return Buffer.concat(blocks)
}

function unpackBlock(block: Buffer, limit: number): Buffer {
  if (unpackedLength(block) > limit) throw tooLarge()
  return uncompress(block)
}

/** A block begins with it: seven bits a byte, the lowest first. */
function unpackedLength(block: Buffer): number {
  let length = 0
  for (let index = 0; index < 5; index += 1) {
    const byte = block.readUInt8(index)
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) break
  }
  return length
}

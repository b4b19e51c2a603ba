import { StringDecoder } from 'node:string_decoder'
import type { OutputLines } from './output-lines.ts'

/** The first three of the four bytes of every frame's type. They are no UTF-8, so text does not contain them. */
const FRAME_START = Buffer.from([0xa5, 0x5a, 0])
const HEADER_BYTES = 16
const LENGTH_OFFSET = 4

/**
 * Parses a process's output: text as written to stdout and stderr and, between it, the frames that AWS's runtime clients
 * write to `_LAMBDA_TELEMETRY_LOG_FD`: 4 bytes type, 4 bytes length, 8 bytes time, all big-endian, and the message. Unlike
 * text it keeps a message with line breaks in one piece.
 */
export function createOutputReader({
  write,
  addToMessage,
  endMessage,
}: Omit<OutputLines, 'flush'>): (chunk: Buffer) => void {
  /** The beginning of a header, or what may become one. */
  let held: Buffer = Buffer.alloc(0)
  let missing = 0
  let decoder = new StringDecoder()

  /** @returns what comes after the message */
  function readMessage(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, missing)
    missing -= part.length
    const text = decoder.write(part)
    addToMessage(missing === 0 ? text.replace(/\n$/, '') : text)
    if (missing === 0) endMessage()
    return bytes.subarray(part.length)
  }

  return (chunk) => {
    let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    held = Buffer.alloc(0)
    while (rest.length > 0) {
      if (missing > 0) {
        rest = readMessage(rest)
        continue
      }
      const start = frameStart(rest)
      if (start > 0) write(rest.subarray(0, start))
      rest = rest.subarray(start)
      if (rest.length < HEADER_BYTES) {
        held = rest
        return
      }
      missing = rest.readUInt32BE(LENGTH_OFFSET)
      decoder = new StringDecoder()
      rest = rest.subarray(HEADER_BYTES)
    }
  }
}

/** Where the first frame begins, or may begin with the bytes that are still to come; else the length. */
function frameStart(bytes: Buffer): number {
  const whole = bytes.indexOf(FRAME_START)
  if (whole !== -1) return whole
  for (let length = FRAME_START.length - 1; length > 0; length--) {
    const start = bytes.length - length
    if (start >= 0 && bytes.subarray(start).equals(FRAME_START.subarray(0, length))) return start
  }
  return bytes.length
}

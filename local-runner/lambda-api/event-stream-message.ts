import { crc32 } from 'node:zlib'

const STRING = 7
/** Two lengths and their checksum, before the headers. */
const PRELUDE_BYTES = 12
const CHECKSUM_BYTES = 4

function encodeHeader([name, value]: readonly [string, string]): Buffer {
  const valueLength = Buffer.alloc(2)
  valueLength.writeUInt16BE(Buffer.byteLength(value))
  return Buffer.concat([
    Buffer.from([Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([STRING]),
    valueLength,
    Buffer.from(value),
  ])
}

/** One event in AWS's encoding `application/vnd.amazon.eventstream` (its format is in the guide of Amazon Transcribe). */
export function encodeEvent(eventType: string, contentType: string, payload: Uint8Array): Buffer {
  const headers = Buffer.concat(
    Object.entries({
      ':message-type': 'event',
      ':event-type': eventType,
      ':content-type': contentType,
    }).map(encodeHeader),
  )
  const message = Buffer.alloc(PRELUDE_BYTES + headers.length + payload.length + CHECKSUM_BYTES)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(headers.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  headers.copy(message, PRELUDE_BYTES)
  message.set(payload, PRELUDE_BYTES + headers.length)
  const end = message.length - CHECKSUM_BYTES
  message.writeUInt32BE(crc32(message.subarray(0, end)), end)
  return message
}

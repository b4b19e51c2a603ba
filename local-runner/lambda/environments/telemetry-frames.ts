const HEADER_BYTES = 16
const LENGTH_OFFSET = 4

/**
 * Parses what AWS's runtime clients write to `_LAMBDA_TELEMETRY_LOG_FD`: frames of 4 bytes type, 4 bytes length, 8 bytes
 * time, all big-endian, and the message. Unlike stdout it keeps a message with line breaks in one piece.
 */
export function createTelemetryReader(onMessage: (message: string) => void): (chunk: Buffer) => void {
  let held = Buffer.alloc(0)
  return (chunk) => {
    held = Buffer.concat([held, chunk])
    while (held.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + held.readUInt32BE(LENGTH_OFFSET)
      if (held.length < end) return
      onMessage(held.toString('utf8', HEADER_BYTES, end).replace(/\n$/, ''))
      held = held.subarray(end)
    }
  }
}

import { createCappedStream, MAX_STREAM_BYTES } from '../capped-stream.ts'
import type { InvocationResult, TakeChunk } from '../invocation.ts'
import { MAX_RESPONSE_BYTES, responseTooLarge } from '../sandbox-errors.ts'

/** Takes what a handler streams. */
export interface StreamSink {
  readonly write: TakeChunk
  /** The answer once the stream has ended; without a payload when the chunks were passed on. */
  readonly result: () => InvocationResult
}

const tooLarge = (limitBytes: number): InvocationResult => ({
  outcome: 'function-error',
  error: responseTooLarge(limitBytes),
})

/** Passes on each chunk, or keeps them for a caller who wants the whole answer. Bounded by Lambda's limits for either. */
export function createStreamSink(onChunk: TakeChunk | undefined): StreamSink {
  if (onChunk) {
    const { write, isOver } = createCappedStream(onChunk)
    return {
      write,
      result: () => (isOver() ? tooLarge(MAX_STREAM_BYTES) : { outcome: 'success', payload: '' }),
    }
  }
  const chunks: Uint8Array[] = []
  let size = 0
  return {
    write: (chunk) => {
      size += chunk.byteLength
      if (size <= MAX_RESPONSE_BYTES) chunks.push(chunk)
      return undefined
    },
    result: () =>
      size > MAX_RESPONSE_BYTES
        ? tooLarge(MAX_RESPONSE_BYTES)
        : { outcome: 'success', payload: Buffer.concat(chunks).toString() },
  }
}

/** Lambda's limit for a streamed response (gettingstarted-limits). */
export const MAX_STREAM_BYTES = 200 * 1024 * 1024

export interface CappedStream {
  readonly write: (chunk: Uint8Array) => void
  /** True when more was written than Lambda passes on. */
  readonly isOver: () => boolean
}

/** Passes on what a function streams, up to Lambda's limit. */
export function createCappedStream(onChunk: (chunk: Uint8Array) => void): CappedStream {
  let size = 0
  return {
    write: (chunk) => {
      size += chunk.byteLength
      if (size <= MAX_STREAM_BYTES) onChunk(chunk)
    },
    isOver: () => size > MAX_STREAM_BYTES,
  }
}

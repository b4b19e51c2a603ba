import type { TakeChunk } from './invocation.ts'

/** Lambda's limit for a streamed response (gettingstarted-limits). */
export const MAX_STREAM_BYTES = 200 * 1024 * 1024

export interface CappedStream {
  readonly write: TakeChunk
  /** True when more was written than Lambda passes on. */
  readonly isOver: () => boolean
}

/** Passes on what a function streams, up to Lambda's limit. */
export function createCappedStream(onChunk: TakeChunk): CappedStream {
  let size = 0
  return {
    write: (chunk, contentType) => {
      size += chunk.byteLength
      return size <= MAX_STREAM_BYTES ? onChunk(chunk, contentType) : undefined
    },
    isOver: () => size > MAX_STREAM_BYTES,
  }
}

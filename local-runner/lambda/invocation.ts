import type { FunctionError, InvocationSource } from '../journal/environment-events.ts'

export type { FunctionError }

/**
 * The outcome of an invocation. `throttled`: it never reached the function (queue full, or the host is stopping), so it
 * counts as no attempt and may be retried.
 */
export type InvocationResult =
  | { readonly outcome: 'success'; readonly payload: string }
  | {
      readonly outcome: 'function-error'
      readonly error: FunctionError
      /** For a call that a failed build answers: what the build says, for the author of the code. */
      readonly buildFailure?: string
    }
  | {
      readonly outcome: 'throttled'
      readonly reason: string
      /** The function's reserved concurrency is 0: no retry helps. */
      readonly noneReserved?: true
    }

/**
 * Takes a piece of what a handler streams, never rejects. @param contentType of the whole, as the handler set it
 * @returns settles when it can take more; undefined: at once
 */
export type TakeChunk = (chunk: Uint8Array, contentType: string) => Promise<void> | undefined

export interface InvocationOptions {
  /** For the journal. */
  readonly source?: InvocationSource
  /** For a caller that must know it in advance or retries an invocation; a new one when absent. */
  readonly requestId?: string
  /** X-Ray's header (`Root=...;Parent=...;Sampled=...`); a new one when absent. */
  readonly traceId?: string
  /** JSON text, for `context.clientContext`. */
  readonly clientContext?: string
  /** Qualifier that the caller named; the context's ARN then ends in it. */
  readonly qualifier?: string
  readonly tenantId?: string
  /** For streaming callers: called with each chunk as the handler writes it; the payload is then empty. */
  readonly onChunk?: TakeChunk
}

/** Runs one invocation of a function; `payload` is the event as JSON text. Never rejects. */
export type Invoke = (payload: string, options?: InvocationOptions) => Promise<InvocationResult>

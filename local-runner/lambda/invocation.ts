import type { FunctionError, InvocationSource } from '../journal/environment-events.ts'

export type { FunctionError }

/**
 * What an invocation came to. `throttled` means that it never reached the function (queue full, or the host is
 * stopping): it counts as no attempt and may be tried again later.
 */
export type InvocationResult =
  | { readonly outcome: 'success'; readonly payload: string }
  | { readonly outcome: 'function-error'; readonly error: FunctionError }
  | { readonly outcome: 'throttled'; readonly reason: string }

export interface InvocationOptions {
  /** Who asks, for the journal. */
  readonly source?: InvocationSource
  /** For a caller that must know it beforehand, or that repeats an invocation; a new one when absent. */
  readonly requestId?: string
  /** X-Ray's header (`Root=...;Parent=...;Sampled=...`); a new one when absent. */
  readonly traceId?: string
  /** JSON text, for `context.clientContext`. */
  readonly clientContext?: string
  /** The qualifier the caller named; the ARN in the context then ends in it. */
  readonly qualifier?: string
  readonly tenantId?: string
  /** For a caller that streams: gets what a streaming handler writes, as it writes it; the payload is then empty. */
  readonly onChunk?: (chunk: Uint8Array) => void
}

/** Runs one invocation of a function; `payload` is the event as JSON text. Never rejects. */
export type Invoke = (payload: string, options?: InvocationOptions) => Promise<InvocationResult>

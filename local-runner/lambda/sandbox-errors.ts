import type { InitOutcome } from './execution-environment.ts'
import type { FunctionError } from './invocation.ts'

// Texts as recorded from AWS (LocalStack's snapshots of 11/2025).

export const timedOut = (requestId: string, timeoutSeconds: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
})

/** @param ending such as `exit status 1` or `signal: killed`; absent for exit code 0 */
export const exited = (requestId: string, ending: string | undefined): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: Runtime exited ${ending ? `with error: ${ending}` : 'without providing a reason'}`,
})

export const initError = (
  requestId: string,
  outcome: Exclude<InitOutcome, { readonly outcome: 'initialized' }>,
): FunctionError => (outcome.outcome === 'failed' ? outcome.error : exited(requestId, outcome.ending))

/** Lambda's limit for a synchronous response, in bytes (Runtime API: 6 MB + 100). */
export const MAX_RESPONSE_BYTES = 6_291_556

/** Compares UTF-16 lengths first, because counting the bytes of every response is slow. */
export const isTooLarge = (payload: string) =>
  payload.length > MAX_RESPONSE_BYTES / 3 && Buffer.byteLength(payload) > MAX_RESPONSE_BYTES

export const responseTooLarge = (limitBytes: number): FunctionError => ({
  errorMessage: `Response payload size exceeded maximum allowed payload size (${limitBytes} bytes).`,
  errorType: 'Function.ResponseSizeTooLarge',
})

/** A runtime that ends after it has begun to stream its answer. */
export const truncated: FunctionError = {
  errorType: 'Runtime.TruncatedResponse',
  errorMessage: 'HTTP request detected as truncated',
}

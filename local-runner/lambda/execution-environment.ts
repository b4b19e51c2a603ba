import type { FunctionError, InvocationResult, TakeChunk } from './invocation.ts'

export type InitOutcome =
  | { readonly outcome: 'initialized'; readonly usedMemoryBytes: number }
  | { readonly outcome: 'failed'; readonly error: FunctionError }
  /** `ending` as in `exited`. */
  | { readonly outcome: 'exited'; readonly ending: string | undefined }

/** One invocation, as the runner passes it to an environment. */
export interface InvokeMessage {
  readonly requestId: string
  /** The event as JSON text: posting a string is cheaper than cloning an object. */
  readonly payload: string
  readonly deadlineEpochMs: number
  /** X-Ray's header: `Root=1-...;Parent=...;Sampled=0`. */
  readonly traceId: string
  readonly invokedFunctionArn: string
  /** JSON text, as the caller wrote it. */
  readonly clientContext: string | undefined
  readonly tenantId: string | undefined
  /** As in `InvocationOptions`. */
  readonly onChunk: TakeChunk | undefined
}

export interface EnvironmentAnswer {
  readonly result: InvocationResult
  /** Absent when the environment ended without a result. */
  readonly usedMemoryBytes?: number
}

/**
 * Where a function runs: a worker thread, AWS's runtime client in a child process, or a program that connects. It is
 * initialized once, invoked, then ended; it never restarts.
 */
export interface ExecutionEnvironment {
  readonly logStreamName: string
  /** What `usedMemoryBytes` measures, in words; it differs by kind of environment. */
  readonly memoryMeasure: string
  readonly init: () => Promise<InitOutcome>
  /** Never rejects: when the environment ends, invocations in flight end with that error. */
  readonly invoke: (message: InvokeMessage) => Promise<EnvironmentAnswer>
  readonly isAlive: () => boolean
  /** Whether it has computed most of the time lately, rather than waited; absent where nobody can tell. */
  readonly isComputing?: () => boolean
  readonly terminate: () => Promise<void>
}

import type { FunctionError, InvocationResult } from '../invocation.ts'
import type { InvokeMessage } from './worker-messages.ts'

export type InitOutcome =
  | { readonly outcome: 'initialized'; readonly usedMemoryBytes: number }
  | { readonly outcome: 'failed'; readonly error: FunctionError }
  /** `ending` as in `exited`. */
  | { readonly outcome: 'exited'; readonly ending: string | undefined }

export interface EnvironmentAnswer {
  readonly result: InvocationResult
  /** Absent when the environment died instead of answering. */
  readonly usedMemoryBytes?: number
}

/** Where a function runs. It is initialized once, then invoked, then ended; a dead one stays dead. */
export interface ExecutionEnvironment {
  readonly logStreamName: string
  /** What `usedMemoryBytes` counts, in words: kinds of environment can not measure the same thing. */
  readonly memoryMeasure: string
  readonly init: () => Promise<InitOutcome>
  /** Never rejects: when the environment dies, those in flight are answered with its death. */
  readonly invoke: (message: InvokeMessage) => Promise<EnvironmentAnswer>
  readonly isAlive: () => boolean
  readonly terminate: () => Promise<void>
}

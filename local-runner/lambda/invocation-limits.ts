import type { Logging } from './logging.ts'

/** A function's settings that bound its invocations and shape their log. */
export interface InvocationLimits {
  readonly functionName: string
  readonly functionArn: string
  readonly timeoutSeconds: number
  readonly memorySizeMb: number
  /** How many invocations an environment runs at once; undefined: one at a time, as classic Lambda. */
  readonly maxConcurrency: number | undefined
  readonly logging: Logging
}

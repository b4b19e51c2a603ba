import type { Logging } from './logging.ts'

/** The settings of a function that limit its invocations and format their log. */
export interface InvocationLimits {
  readonly functionName: string
  readonly functionArn: string
  readonly timeoutSeconds: number
  readonly memorySizeMb: number
  /** Invocations that an environment runs at once; undefined: one at a time, as classic Lambda does. */
  readonly maxConcurrency: number | undefined
  readonly logging: Logging
}

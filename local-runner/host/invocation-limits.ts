/** A function's settings that bound its invocations. */
export interface InvocationLimits {
  readonly functionName: string
  readonly timeoutSeconds: number
  readonly memorySizeMb: number
  /** How many invocations an environment runs at once; undefined: one at a time, as classic Lambda. */
  readonly maxConcurrency: number | undefined
}

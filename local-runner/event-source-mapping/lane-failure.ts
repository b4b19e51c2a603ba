/** Why a partition makes no progress. */
export interface LaneFailure {
  /**
   * What failed: the function; the way to it (`throttled`); the on-failure destination; the schema registry; the reading of
   * the group's offsets, or their commit; the decoding of the records; or the runner itself, whose partitions stay blocked until it is started again.
   */
  readonly kind:
    | 'function'
    | 'throttled'
    | 'destination'
    | 'schema-registry'
    | 'offsets'
    | 'commit'
    | 'unreadable'
    | 'runner'
  /** Of the first unfinished record. */
  readonly offset: bigint
  readonly retries: number
  /** How often the function was invoked with these records. */
  readonly invocations: number
  readonly reason: string
  /** Of the last invocation; undefined where none failed. */
  readonly requestId?: string | undefined
  /** Monotonic: when this record began to fail in this way. */
  readonly sinceMs: number
}

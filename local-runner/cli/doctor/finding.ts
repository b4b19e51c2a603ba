export type Cause =
  | 'all-filtered'
  | 'behind'
  | 'dead-letters'
  | 'destination'
  | 'disabled'
  | 'disk-full'
  | 'event-not-in-store'
  | 'frozen'
  | 'group-elsewhere'
  | 'kafka-unreachable'
  | 'latest'
  | 'listener-unreachable'
  | 'no-records'
  | 'no-topic'
  | 'not-joined'
  | 'not-running'
  | 'open-transaction'
  | 'outbox-full'
  | 'partition-failure'
  | 'poison'
  | 'redis-refuses-writes'
  | 'redis-unreachable'
  | 'unanswered'
  | 'unreadable'
  | 'window'

export interface Finding {
  readonly cause: Cause
  /** What was seen. */
  readonly what: string
  readonly fix: string
  /** The commands of the fix, as they are typed. */
  readonly commands?: readonly string[]
}

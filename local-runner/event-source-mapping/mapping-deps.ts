import type { RecordEvent } from '../journal/journal.ts'
import type { KafkaLogin } from '../kafka/kafka-login.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { KafkaTrigger } from './parameters.ts'

/** What an event source mapping needs; the optional fields are for tests. */
export interface MappingDeps {
  readonly functionName: string
  readonly functionArn: string
  readonly parameters: KafkaTrigger
  readonly kafkaBrokers: readonly string[]
  readonly kafkaLogin?: KafkaLogin
  readonly invoke: Invoke
  /** Absolute; holds the files that stand for SQS, SNS and S3. */
  readonly destinationsDirectory: string
  readonly record: RecordEvent
  /** Epoch ms. */
  readonly now?: () => number
  /** Monotonic ms: measures durations, which a step of the clock must not change. */
  readonly elapsedMs?: () => number
  readonly random?: () => number
  /** Delay before the n-th retry of a batch, a commit, a destination or a connection. */
  readonly retryDelayMs?: (retry: number) => number
  /** After this time the group drops a member that was killed. */
  readonly sessionTimeoutMs?: number
  /** Upper bound on noticing new partitions. */
  readonly metadataMaxAgeMs?: number
  /** How often the number of pollers is reconsidered. */
  readonly pollersEveryMs?: number
}

import type { RecordEvent } from '../journal/journal.ts'
import type { KafkaLogin } from '../kafka/kafka-login.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { KafkaTrigger } from './parameters.ts'

/** What an event source mapping is given; what is optional here is for tests. */
export interface MappingDeps {
  readonly functionName: string
  readonly functionArn: string
  readonly parameters: KafkaTrigger
  readonly kafkaBrokers: readonly string[]
  readonly kafkaLogin?: KafkaLogin
  readonly invoke: Invoke
  /** Absolute: where the files lie that stand for SQS, SNS and S3. */
  readonly destinationsDirectory: string
  readonly record: RecordEvent
  /** Epoch ms. */
  readonly now?: () => number
  readonly random?: () => number
  /** Pause before the n-th retry of a batch, a commit, a destination or a connection. */
  readonly retryDelayMs?: (retry: number) => number
  /** How long the group waits for a member that was killed. */
  readonly sessionTimeoutMs?: number
  /** How old the list of partitions may get: a new partition is found so late. */
  readonly metadataMaxAgeMs?: number
  /** How often the number of pollers is thought over. */
  readonly pollersEveryMs?: number
}

import { Kafka, type logCreator, logLevel } from 'kafkajs'
import type { KafkaClientEvent } from '../journal/events.ts'
import type { KafkaLogin } from './kafka-login.ts'
import { repairKafkajs } from './kafkajs/repairs.ts'

export interface KafkaClientDeps {
  readonly clientId: string
  readonly brokers: readonly string[]
  readonly login?: KafkaLogin
  /** Of requests that may succeed a little later, such as a first connection. */
  readonly retries?: number
  readonly record: (event: KafkaClientEvent) => void
}

/** kafkajs logs these as errors but recovers by itself: in the first seconds of a broker, and in every rebalance. */
const EXPECTED = [
  /group coordinator is not available/i,
  /coordinator is loading/i,
  /group is rebalancing/i,
  /rebalance in progress|group generation/i,
  /not the correct coordinator/i,
]

/** The runner's kafkajs client, repaired. What it logs goes to `record`; EXPECTED errors become `debug`. */
export function createKafkaClient({ clientId, brokers, login, retries = 5, record }: KafkaClientDeps): Kafka {
  repairKafkajs()
  const toJournal: logCreator =
    () =>
    ({ level, namespace, log }) => {
      const { message, error }: { readonly message: string; readonly error?: string | Error } = log
      const text = error === undefined ? message : `${message} (${String(error)})`
      const isExpected = EXPECTED.some((pattern) => pattern.test(text))
      record({
        name: 'kafka.client',
        level: isExpected ? 'debug' : level === logLevel.ERROR ? 'error' : 'warn',
        namespace,
        message: text,
      })
    }
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ...login,
    logLevel: logLevel.WARN,
    logCreator: toJournal,
    connectionTimeout: 3000,
    retry: { retries, initialRetryTime: 100, maxRetryTime: 2000 },
  })
}

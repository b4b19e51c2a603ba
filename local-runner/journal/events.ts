import type { AsynchronousInvocationEvent } from './asynchronous-events.ts'
import type { BuildEvent } from './build-events.ts'
import type { EnvironmentEvent } from './environment-events.ts'
import type { MappingEvent } from './mapping-events.ts'

/** A request to a function's port has its response, or its client has gone. */
interface HttpAnswered {
  readonly name: 'http.answered'
  readonly functionName: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly statusCode: number
  readonly durationMs: number
}

/** A function's answer to a request was no HTTP response, so its client gets a 500. */
interface HttpInvalidAnswer {
  readonly name: 'http.invalid-answer'
  readonly functionName: string
  readonly problem: string
}

/** A Lambda authorizer gave no answer to go by, so the client gets a 500. */
interface AuthorizerFailed {
  readonly name: 'authorizer.failed'
  readonly functionName: string
  readonly problem: string
}

/** What kafkajs logs. */
export interface KafkaClientEvent {
  readonly name: 'kafka.client'
  /** Of the mapping that uses the client; absent for a client of the runner itself. */
  readonly functionName?: string
  /** `debug` includes errors of kafkajs that belong to a healthy start or rebalance. */
  readonly level: 'error' | 'warn' | 'debug'
  /** Part of kafkajs, such as `Consumer`. */
  readonly namespace: string
  readonly message: string
}

export type JournalEvent =
  | EnvironmentEvent
  | HttpAnswered
  | HttpInvalidAnswer
  | AuthorizerFailed
  | BuildEvent
  | AsynchronousInvocationEvent
  | MappingEvent
  | KafkaClientEvent

/** Only the events of a mapping name a consumer group. */
export const isMappingEvent = (event: JournalEvent) => 'consumerGroupId' in event

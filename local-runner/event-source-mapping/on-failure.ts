import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import { toOnFailureDocument, type DocumentDeps } from './on-failure-document.ts'
import { createOnFailureTopic, type OnFailureTopic } from './on-failure-topic.ts'
import type { KafkaTrigger } from './parameters.ts'

export interface Deps extends DocumentDeps {
  readonly trigger: KafkaTrigger
  readonly createKafka: () => Kafka
  /** Epoch ms. */
  readonly now: () => number
}

const SCHEME = 'kafka://'

/** The mapping's on-failure destination, if it has one. */
export function createOnFailure({
  trigger,
  createKafka,
  now,
  ...documentDeps
}: Deps): OnFailureTopic | undefined {
  const destination = trigger.destinationConfig?.onFailure.destination
  if (destination === undefined) return undefined
  return createOnFailureTopic({
    kafka: createKafka(),
    topic: destination.slice(SCHEME.length),
    toDocument: (record, condition, invokeCount) =>
      // The invocation's own id is not part of its result, so this one names the failure and nothing else.
      toOnFailureDocument(
        record,
        { requestId: randomUUID(), condition, invokeCount, atMs: now() },
        documentDeps,
      ),
  })
}

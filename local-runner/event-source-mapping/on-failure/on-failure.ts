import type { Kafka } from 'kafkajs'
import type { RecordDetail } from '../../journal/mapping-events.ts'
import { appendDocument } from '../../lambda/file-destination.ts'
import { parseDestination } from './destination.ts'
import type { OnFailure } from './failure.ts'
import { toBatchDocument } from './on-failure-batch-document.ts'
import { type DocumentDeps, toOnFailureDocument } from './on-failure-document.ts'
import { createOnFailureTopic } from './on-failure-topic.ts'

export interface OnFailureDeps extends DocumentDeps {
  /** ARN or `kafka://TOPIC`; undefined: none. */
  readonly destination: string | undefined
  readonly topic: string
  readonly createKafka: () => Kafka
  /** Absolute; holds the files that stand for SQS, SNS and S3. */
  readonly destinationsDirectory: string
  readonly record: RecordDetail
  /** Epoch ms. */
  readonly now: () => number
}

/** The mapping's on-failure destination, if it has one. */
export function createOnFailure(deps: OnFailureDeps): OnFailure | undefined {
  const { topic, createKafka, destinationsDirectory, record, now } = deps
  if (deps.destination === undefined) return undefined
  const destination = parseDestination(deps.destination)
  if (destination.kind === 'kafka') {
    return createOnFailureTopic({
      kafka: createKafka(),
      topic: destination.topic,
      toDocument: (one, failure) => toOnFailureDocument(one, failure, now(), deps),
      record,
    })
  }
  const documentDeps = { ...deps, topic, isWithPayload: destination.kind === 's3' }
  return {
    send: (records, failure) =>
      appendDocument(
        destinationsDirectory,
        destination,
        toBatchDocument(records, failure, now(), documentDeps),
      ),
    stop: async () => undefined,
  }
}

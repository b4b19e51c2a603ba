import { join } from 'node:path'
import type { Kafka } from 'kafkajs'
import type { RecordDetail } from '../../journal/mapping-events.ts'
import { parseDestination } from './destination.ts'
import type { OnFailure } from './failure.ts'
import { toBatchDocument } from './on-failure-batch-document.ts'
import { type DocumentDeps, toOnFailureDocument } from './on-failure-document.ts'
import { createOnFailureFile } from './on-failure-file.ts'
import { createOnFailureTopic } from './on-failure-topic.ts'

export interface OnFailureDeps extends DocumentDeps {
  /** ARN or `kafka://TOPIC`; undefined: none. */
  readonly destination: string | undefined
  readonly topic: string
  readonly createKafka: () => Kafka
  /** Absolute: where the files lie that stand for SQS, SNS and S3. */
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
  switch (destination.kind) {
    case 'kafka':
      return createOnFailureTopic({
        kafka: createKafka(),
        topic: destination.topic,
        toDocument: (one, failure) => toOnFailureDocument(one, failure, now(), deps),
        record,
      })
    case 'sqs':
    case 'sns':
    case 's3': {
      const { kind, name } = destination
      const documentDeps = { ...deps, topic, isWithPayload: kind === 's3' }
      return {
        send: createOnFailureFile(join(destinationsDirectory, `${kind}-${name}.jsonl`), (records, failure) =>
          toBatchDocument(records, failure, now(), documentDeps),
        ),
        stop: async () => undefined,
      }
    }
  }
}

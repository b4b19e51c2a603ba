import { LOCAL_CLUSTER_ARN, type EventRecord } from './msk-event.ts'
import type { DiscardCondition } from './discard.ts'

export interface DocumentDeps {
  readonly functionArn: string
  readonly bootstrapServers: string
  readonly toPayload: (records: readonly EventRecord[]) => string
}

export interface Failure {
  readonly requestId: string
  readonly condition: DiscardCondition
  readonly invokeCount: number
  readonly atMs: number
}

/** The JSON text that a Kafka on-failure topic gets for one record: the form of `lambda-msk.md` 2.7
 * (kafka-on-failure-destination). The payload stays an object and offsets are strings there. */
export function toOnFailureDocument(record: EventRecord, failure: Failure, deps: DocumentDeps): string {
  const payload = deps.toPayload([record])
  const wasInvoked = failure.condition !== 'MaximumPayloadSizeExceeded'
  const document = {
    requestContext: {
      requestId: failure.requestId,
      functionArn: deps.functionArn,
      condition: failure.condition,
      approximateInvokeCount: failure.invokeCount,
    },
    responseContext: wasInvoked
      ? { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' }
      : null,
    version: '1.0',
    timestamp: new Date(failure.atMs).toISOString(),
    KafkaBatchInfo: {
      batchSize: 1,
      eventSourceArn: LOCAL_CLUSTER_ARN,
      bootstrapServers: deps.bootstrapServers,
      payloadSize: Buffer.byteLength(payload),
      recordInfo: {
        offset: record.offset.toString(),
        timestamp: new Date(record.timestampMs).toISOString(),
      },
    },
  }
  return `${JSON.stringify(document).slice(0, -1)},"payload":${payload}}`
}

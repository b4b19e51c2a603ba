import { type EventRecord, LOCAL_CLUSTER_ARN } from '../msk-event/msk-event.ts'
import type { Failure } from './failure.ts'
import { toIsoText } from './iso-text.ts'

export interface DocumentDeps {
  readonly functionArn: string
  readonly bootstrapServers: string
  readonly toPayload: (records: readonly EventRecord[]) => string
}

/** The fields that the documents of all destinations share, except `KafkaBatchInfo`. */
export function toFailureHead(failure: Failure, condition: string, atMs: number, functionArn: string) {
  return {
    requestContext: {
      requestId: failure.requestId,
      functionArn,
      condition,
      approximateInvokeCount: failure.invokeCount,
    },
    responseContext:
      failure.invokeCount > 0
        ? { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' }
        : null,
    version: '1.0',
    timestamp: new Date(atMs).toISOString(),
  }
}

export interface OnFailureDocument {
  readonly json: string
  /** For a topic that refuses the full document: the record's place, without key, value and headers. */
  readonly jsonWithoutRecord: string
}

/** The JSON text that a Kafka on-failure topic gets for one record (docs/aws-behaviour.md 2.7,
 * kafka-on-failure-destination): the payload is an object, offsets are strings. */
export function toOnFailureDocument(
  record: EventRecord,
  failure: Failure,
  atMs: number,
  deps: DocumentDeps,
): OnFailureDocument {
  const payload = deps.toPayload([record])
  const document = {
    ...toFailureHead(failure, failure.condition, atMs, deps.functionArn),
    KafkaBatchInfo: {
      batchSize: 1,
      eventSourceArn: LOCAL_CLUSTER_ARN,
      bootstrapServers: deps.bootstrapServers,
      payloadSize: Buffer.byteLength(payload),
      recordInfo: {
        offset: record.offset.toString(),
        timestamp: toIsoText(BigInt(record.timestamp)),
      },
    },
  }
  const head = JSON.stringify(document).slice(0, -1)
  const { partition, offset, timestamp } = record
  const place = `{"partition":${partition},"offset":${offset},"timestamp":${timestamp}}`
  return {
    json: `${head},"payload":${payload}}`,
    jsonWithoutRecord: `${head},"payload":${deps.toPayload([{ ...record, json: place }])},"payloadOmitted":true}`,
  }
}

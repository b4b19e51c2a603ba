import { type EventRecord, LOCAL_CLUSTER_ARN } from '../msk-event/msk-event.ts'
import type { Failure } from './failure.ts'
import { toIsoText } from './iso-text.ts'
import { type DocumentDeps, toFailureHead } from './on-failure-document.ts'

const conditionForQueues = ({ condition }: Failure) =>
  condition === 'RetriesExhausted' ? 'RetryAttemptsExhausted' : condition

function recordsInfoOf(topic: string, records: readonly EventRecord[]) {
  const byPartition = Map.groupBy(records, ({ partition }) => `${topic}-${partition}`)
  return Object.fromEntries(
    [...byPartition].map(([name, group]) => {
      const [first] = group
      const last = group.at(-1)
      const iso = (record: EventRecord | undefined) => toIsoText(BigInt(record?.timestamp ?? 0))
      return [
        name,
        {
          firstRecordOffset: String(first?.offset),
          lastRecordOffset: String(last?.offset),
          firstRecordTimestamp: iso(first),
          lastRecordTimestamp: iso(last),
        },
      ]
    }),
  )
}

/** The body of the SQS or SNS message for the records of a batch; with payload, the S3 object, which adds the whole event as
 * text (kafka-on-failure). */
export function toBatchDocument(
  records: readonly EventRecord[],
  failure: Failure,
  atMs: number,
  deps: DocumentDeps & { readonly topic: string; readonly isWithPayload: boolean },
): string {
  const payload = deps.toPayload(records)
  return JSON.stringify({
    ...toFailureHead(failure, conditionForQueues(failure), atMs, deps.functionArn),
    KafkaBatchInfo: {
      batchSize: records.length,
      eventSourceArn: LOCAL_CLUSTER_ARN,
      bootstrapServers: deps.bootstrapServers,
      payloadSize: Buffer.byteLength(payload),
      recordsInfo: recordsInfoOf(deps.topic, records),
    },
    ...(deps.isWithPayload ? { payload } : {}),
    ...(deps.isWithPayload && records.some(({ isPlaceOnly }) => isPlaceOnly) && { payloadOmitted: true }),
  })
}

import type { MSKEvent, MSKRecord } from 'aws-lambda'

type Content = string | Buffer

export interface TestRecord {
  readonly topic: string
  readonly partition?: number
  readonly offset?: number
  readonly key?: Content | null
  readonly value?: Content | null
  /** A list is a repeated header. */
  readonly headers?: Readonly<Record<string, Content | readonly Content[]>>
}

/** A record as Lambda passes it: base64, signed header bytes, and no property for a null key or value. */
export function mskRecord({
  topic,
  partition = 0,
  offset = 0,
  key = null,
  value = null,
  headers = {},
}: TestRecord): MSKRecord {
  const content = {
    ...(key !== null && { key: toBase64(key) }),
    ...(value !== null && { value: toBase64(value) }),
  }
  return {
    topic,
    partition,
    offset,
    timestamp: Date.UTC(2026, 10, 24, 15),
    timestampType: 'CREATE_TIME',
    headers: Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((one) => Object.fromEntries([[name, [...new Int8Array(Buffer.from(one))]]])),
    ),
    // The AWS typings promise both; AWS does not.
    ...(content as Pick<MSKRecord, 'key' | 'value'>),
  }
}

/** The event of a batch: records grouped by `<topic>-<partition>`, each group in the given order. */
export function mskEvent(records: readonly TestRecord[]): MSKEvent {
  const groups = Map.groupBy(records.map(mskRecord), ({ topic, partition }) => `${topic}-${partition}`)
  return {
    eventSource: 'aws:kafka',
    eventSourceArn:
      'arn:aws:kafka:us-east-1:000000000000:cluster/test/00000000-0000-0000-0000-000000000000-1',
    bootstrapServers: 'localhost:9092',
    records: Object.fromEntries(groups),
  }
}

const toBase64 = (content: Content): string => Buffer.from(content).toString('base64')

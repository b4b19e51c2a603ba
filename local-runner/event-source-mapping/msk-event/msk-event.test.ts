import type { KafkaMessage } from 'kafkajs'
import { expect, test } from 'vitest'
import { createMskEventFormat, LOCAL_CLUSTER_ARN } from './msk-event.ts'

const message: KafkaMessage = {
  key: Buffer.from('recordKey'),
  value: Buffer.from('{"a":1}'),
  timestamp: '1545084650987',
  attributes: 0,
  offset: '15',
  headers: {},
}
const format = createMskEventFormat('my-topic', 'b-2:9092,b-1:9092')
const jsonOf = (change: Partial<KafkaMessage> & { readonly batchContext?: unknown }) => {
  const changed: KafkaMessage = Object.assign({}, message, change)
  return format.toRecord(0, changed).json
}

test('[1.1] a record has the bytes of the MSK event', () => {
  expect(jsonOf({ headers: { headerKey: Buffer.from([104, 101, 0xdc, 127, 0x80]) } })).toBe(
    '{"topic":"my-topic","partition":0,"offset":15,"timestamp":1545084650987,"timestampType":"CREATE_TIME",' +
      '"key":"cmVjb3JkS2V5","value":"eyJhIjoxfQ==","headers":[{"headerKey":[104,101,-36,127,-128]}]}',
  )
})

test('[1.1] [6.3] a null key and a null value are left out, empty ones are empty strings', () => {
  expect(JSON.parse(jsonOf({ key: null, value: null }))).toEqual({
    topic: 'my-topic',
    partition: 0,
    offset: 15,
    timestamp: 1545084650987,
    timestampType: 'CREATE_TIME',
    headers: [],
  })
  expect(JSON.parse(jsonOf({ key: Buffer.alloc(0), value: Buffer.alloc(0) }))).toMatchObject({
    key: '',
    value: '',
  })
})

test('[1.1] [6.2] repeated headers are objects of their own, in order', () => {
  const headers = { r: [Buffer.from('x'), Buffer.from('y')], 'naïve "h"': Buffer.alloc(0) }
  expect(JSON.parse(jsonOf({ headers }))).toMatchObject({
    headers: [{ r: [120] }, { r: [121] }, { 'naïve "h"': [] }],
  })
})

test('[1.1] the time of the broker differs from that of the producer', () => {
  expect(jsonOf({ batchContext: { timestampType: 1 } })).toContain('"timestampType":"LOG_APPEND_TIME"')
  expect(jsonOf({ batchContext: { timestampType: 0 } })).toContain('"timestampType":"CREATE_TIME"')
})

test('[1.1] [6.4] an event holds its records by topic and partition, and its size is what the format counts', () => {
  const records = [0, 0, 11].map((partition) =>
    format.toRecord(partition, { ...message, headers: { é: Buffer.from('é') } }),
  )
  const payload = format.toPayload(records)
  const parsed: unknown = JSON.parse(payload)
  expect(parsed).toMatchObject({
    eventSource: 'aws:kafka',
    eventSourceArn: LOCAL_CLUSTER_ARN,
    bootstrapServers: 'b-2:9092,b-1:9092',
    records: { 'my-topic-0': [{ offset: 15 }, { offset: 15 }], 'my-topic-11': [{ partition: 11 }] },
  })
  const commas = 2
  const counted =
    format.emptyBytes +
    format.partitionBytes(0) +
    format.partitionBytes(11) +
    records.reduce((sum, { jsonBytes }) => sum + jsonBytes, 0)
  expect(Buffer.byteLength(payload)).toBe(counted + commas)
})

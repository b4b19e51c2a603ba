import type { KafkaMessage } from 'kafkajs'
import type { Rejection } from '../../journal/batch-events.ts'
import type { Decoded } from '../schema-registry/decoder.ts'
import { headersOf, sizeOfHeaders, toHeadersJson } from './record-headers.ts'

/** Lambda's payload limit per invocation: 6 MiB and 100 bytes (docs/aws-behaviour.md 1.2). */
export const MAX_PAYLOAD_BYTES = 6_291_556

/** Far beyond any event. A header's byte is up to five characters of JSON, and a string has 512 million at most. */
const MAX_CONVERTED_BYTES = 16_000_000

/** Events must name a cluster; this one does not exist on AWS. */
export const LOCAL_CLUSTER_ARN =
  'arn:aws:kafka:us-east-1:000000000000:cluster/local/00000000-0000-0000-0000-000000000000-1'

/** A record as the event holds it. */
export interface EventRecord {
  readonly partition: number
  readonly offset: bigint
  /** As in the log: any int64. */
  readonly timestamp: string
  /** The nearest number; of a sane timestamp, the same. */
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly json: string
  /** Of the whole record, also where only its place is kept. */
  readonly jsonBytes: number
  /** `json` is the record's place, without key, value and headers: they are larger than any event. */
  readonly isPlaceOnly?: boolean
  /** Set for a record that does not follow its schema; it never reaches the function. */
  readonly rejection: Rejection | undefined
}

export interface MskEventFormat {
  /** `decoded` replaces the key and value of the message. */
  readonly toRecord: (partition: number, message: KafkaMessage, decoded?: Decoded) => EventRecord
  /** The event as JSON text. Records of a partition must come in ascending offset order. */
  readonly toPayload: (records: readonly EventRecord[]) => string
  readonly emptyBytes: number
  /** Size of a partition's property without its records and the commas between them. */
  readonly partitionBytes: (partition: number) => number
}

const LOG_APPEND_TIME = 1

/** kafkajs has the type of the timestamp only in a field that its types omit. */
function timestampTypeOf(message: KafkaMessage): 'CREATE_TIME' | 'LOG_APPEND_TIME' {
  if (!('batchContext' in message)) return 'CREATE_TIME'
  const context: unknown = message.batchContext
  const appended =
    typeof context === 'object' &&
    context !== null &&
    'timestampType' in context &&
    context.timestampType === LOG_APPEND_TIME
  return appended ? 'LOG_APPEND_TIME' : 'CREATE_TIME'
}

const toProperty = (name: string, value: object | undefined) =>
  value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`

/** The MSK event (docs/aws-behaviour.md, section 1); a null key or value is an absent property. */
export function createMskEventFormat(topic: string, bootstrapServers: string): MskEventFormat {
  const topicJson = JSON.stringify(topic)
  const head =
    `{"eventSource":"aws:kafka","eventSourceArn":${JSON.stringify(LOCAL_CLUSTER_ARN)},` +
    `"bootstrapServers":${JSON.stringify(bootstrapServers)},"records":{`
  const propertyOf = (partition: number) => `${JSON.stringify(`${topic}-${partition}`)}:[`
  return {
    toRecord: (partition, message, decoded: Decoded = message) => {
      const { offset, timestamp } = message
      const { key, value, keySchemaMetadata, valueSchemaMetadata, rejection } = decoded
      const headers = headersOf(message)
      const bytes = (key?.length ?? 0) + (value?.length ?? 0) + sizeOfHeaders(headers)
      const isPlaceOnly = bytes > MAX_CONVERTED_BYTES
      const json =
        `{"topic":${topicJson},"partition":${partition},"offset":${offset},"timestamp":${timestamp},` +
        `"timestampType":"${timestampTypeOf(message)}"` +
        (isPlaceOnly
          ? ''
          : (key === null ? '' : `,"key":"${key.toString('base64')}"`) +
            (value === null ? '' : `,"value":"${value.toString('base64')}"`) +
            `,"headers":${toHeadersJson(headers)}` +
            toProperty('keySchemaMetadata', keySchemaMetadata) +
            toProperty('valueSchemaMetadata', valueSchemaMetadata)) +
        '}'
      return {
        partition,
        offset: BigInt(offset),
        timestamp,
        timestampMs: Number(timestamp),
        // A copy: a part of the fetch's buffer would keep all of it in memory.
        key: isPlaceOnly ? null : message.key && Buffer.from(message.key),
        json,
        jsonBytes: isPlaceOnly ? bytes : Buffer.byteLength(json),
        ...(isPlaceOnly && { isPlaceOnly }),
        rejection,
      }
    },
    toPayload: (records) => {
      const byPartition = new Map<number, string[]>()
      for (const { partition, json } of records) {
        const group = byPartition.get(partition)
        if (group === undefined) byPartition.set(partition, [json])
        else group.push(json)
      }
      const properties = [...byPartition].map(
        ([partition, jsons]) => `${propertyOf(partition)}${jsons.join(',')}]`,
      )
      return `${head}${properties.join(',')}}}`
    },
    emptyBytes: Buffer.byteLength(`${head}}}`),
    partitionBytes: (partition) => Buffer.byteLength(propertyOf(partition)) + 1,
  }
}

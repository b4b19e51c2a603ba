import type { KafkaMessage } from 'kafkajs'
import type { Rejection } from '../../journal/batch-events.ts'
import { headersInOrder } from '../../kafka/kafkajs/header-order.ts'
import type { Decoded } from '../schema-registry/decoder.ts'

/** Lambda's payload limit per invocation: 6 MiB and 100 bytes (docs/aws-behaviour.md 1.2). */
export const MAX_PAYLOAD_BYTES = 6_291_556

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
  readonly jsonBytes: number
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

/** Header bytes are signed, as Java's are: 0xdc is -36. */
function toSignedBytes(value: Buffer | string | undefined | null): string {
  const bytes = Buffer.from(value ?? '')
  return `[${new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length).join(',')}]`
}

/** Without the patched decoder the order is kept only within one header name. */
function toHeaders(headers: KafkaMessage['headers']): string {
  const list =
    headersInOrder(headers) ??
    Object.entries(headers ?? {}).flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => ({ key, value: one })),
    )
  return `[${list.map(({ key, value }) => `{${JSON.stringify(key)}:${toSignedBytes(value)}}`).join(',')}]`
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
      const { offset, timestamp, headers } = message
      const { key, value, keySchemaMetadata, valueSchemaMetadata, rejection } = decoded
      const json =
        `{"topic":${topicJson},"partition":${partition},"offset":${offset},"timestamp":${timestamp},` +
        `"timestampType":"${timestampTypeOf(message)}",` +
        (key === null ? '' : `"key":"${key.toString('base64')}",`) +
        (value === null ? '' : `"value":"${value.toString('base64')}",`) +
        `"headers":${toHeaders(headers)}` +
        toProperty('keySchemaMetadata', keySchemaMetadata) +
        toProperty('valueSchemaMetadata', valueSchemaMetadata) +
        '}'
      return {
        partition,
        offset: BigInt(offset),
        timestamp,
        timestampMs: Number(timestamp),
        // A copy: a part of the fetch's buffer would keep all of it in memory.
        key: message.key && Buffer.from(message.key),
        json,
        jsonBytes: Buffer.byteLength(json),
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

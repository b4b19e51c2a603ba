import type { KafkaMessage } from 'kafkajs'
import type { Rejection } from '../../journal/batch-events.ts'
import type { SchemaRegistryConfig } from './parameters.ts'
import type { FindSchema, RegisteredSchema } from './registry-client.ts'
import { compileToJson } from './to-json.ts'
import { parseFrame, parseMessageIndexes } from './wire-format.ts'

export interface SchemaMetadata {
  readonly dataFormat: RegisteredSchema['dataFormat']
  readonly schemaId: string
}

export interface Decoded {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly keySchemaMetadata?: SchemaMetadata
  readonly valueSchemaMetadata?: SchemaMetadata
  readonly rejection?: Rejection
}

export interface Decoder {
  /** Loads the schemas that these records name. Rejects when the registry does not respond or a schema cannot be used. */
  readonly prepare: (messages: readonly KafkaMessage[]) => Promise<void>
  /** The key and value that the function gets; unchanged for a rejected record. Call `prepare` first. */
  readonly decode: (message: KafkaMessage) => Decoded
}

export interface DecoderDeps {
  readonly config: SchemaRegistryConfig
  readonly findSchema: FindSchema
}

type Known = (RegisteredSchema & { readonly decode: (body: Buffer) => Buffer }) | undefined

/** SOURCE passes on the bytes unread, without the registry's framing. */
const toSource =
  ({ dataFormat }: RegisteredSchema) =>
  (body: Buffer) =>
    dataFormat === 'PROTOBUF' ? parseMessageIndexes(body).message : body

function toJsonBytes(schema: RegisteredSchema) {
  const toJson = compileToJson(schema)
  return (body: Buffer) => Buffer.from(toJson(body))
}

/** Decodes keys and values that carry a schema id (services-consume-kafka-events). */
export function createDecoder({ config, findSchema }: DecoderDeps): Decoder {
  const isJson = config.eventRecordFormat === 'JSON'
  const attributes = new Set(config.schemaValidationConfigs.map(({ attribute }) => attribute))
  const known = new Map<number, Known>()

  const load = async (schemaId: number) => {
    const found = await findSchema(schemaId)
    if (found === undefined) return known.set(schemaId, undefined)
    return known.set(schemaId, { ...found, decode: (isJson ? toJsonBytes : toSource)(found) })
  }

  const framesOf = ({ key, value }: KafkaMessage) =>
    [attributes.has('KEY') ? key : null, attributes.has('VALUE') ? value : null].flatMap((bytes) => {
      const frame = bytes === null ? undefined : parseFrame(bytes)
      return frame === undefined ? [] : [frame]
    })

  type Attribute = { readonly bytes: Buffer | null; readonly metadata?: SchemaMetadata } | Rejection
  const decodeAttribute = (bytes: Buffer | null, isSelected: boolean): Attribute => {
    // An absent key or value has nothing to decode.
    if (bytes === null || !isSelected) return { bytes }
    const frame = parseFrame(bytes)
    if (frame === undefined) return 'DESERIALIZATION_ERROR'
    const schema = known.get(frame.schemaId)
    if (schema === undefined) return 'SCHEMA_NOT_FOUND'
    try {
      const metadata = { dataFormat: schema.dataFormat, schemaId: String(frame.schemaId) }
      return { bytes: schema.decode(frame.body), metadata }
    } catch {
      return 'DESERIALIZATION_ERROR'
    }
  }

  return {
    prepare: async (messages) => {
      const ids = new Set(messages.flatMap(framesOf).map(({ schemaId }) => schemaId))
      // A schema that was missing is requested again: it may have been registered since.
      for (const id of ids) if (known.get(id) === undefined) await load(id)
    },
    decode: ({ key, value }) => {
      const decodedKey = decodeAttribute(key, attributes.has('KEY'))
      const decodedValue = decodeAttribute(value, attributes.has('VALUE'))
      if (typeof decodedKey === 'string') return { key, value, rejection: decodedKey }
      if (typeof decodedValue === 'string') return { key, value, rejection: decodedValue }
      return {
        key: decodedKey.bytes,
        value: decodedValue.bytes,
        ...(decodedKey.metadata && { keySchemaMetadata: decodedKey.metadata }),
        ...(decodedValue.metadata && { valueSchemaMetadata: decodedValue.metadata }),
      }
    },
  }
}

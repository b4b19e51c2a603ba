import * as z from 'zod'
import { compileAvro } from './avro-to-json.ts'
import { compileProtobuf } from './proto-to-json.ts'
import type { RegisteredSchema } from './registry-client.ts'

/**
 * Decodes a key or value, without magic byte and schema id, to JSON text. Throws when the bytes do not follow the schema.
 */
export type ToJson = (body: Buffer) => string

const jsonSchema = z.record(z.string(), z.json())

function compileJson(text: string): ToJson {
  const validator = z.fromJSONSchema(jsonSchema.parse(JSON.parse(text)))
  return (body) => {
    const json = body.toString()
    const result = validator.safeParse(JSON.parse(json))
    if (!result.success) throw new Error(z.prettifyError(result.error))
    return json
  }
}

/** @throws Error when the schema itself cannot be used */
export function compileToJson({ dataFormat, schema }: RegisteredSchema): ToJson {
  switch (dataFormat) {
    case 'AVRO':
      return compileAvro(JSON.parse(schema))
    case 'JSON':
      return compileJson(schema)
    case 'PROTOBUF':
      return compileProtobuf(schema)
  }
}

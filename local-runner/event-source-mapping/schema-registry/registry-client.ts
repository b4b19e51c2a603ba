import * as z from 'zod'

export interface RegisteredSchema {
  readonly dataFormat: 'AVRO' | 'JSON' | 'PROTOBUF'
  readonly schema: string
}

/** The schema of an id; undefined when the registry has none. Rejects when it does not respond. */
export type FindSchema = (schemaId: number) => Promise<RegisteredSchema | undefined>

const TIMEOUT_MS = 5000
const answer = z.object({
  schema: z.string(),
  // A registry omits it for Avro.
  schemaType: z.enum(['AVRO', 'JSON', 'PROTOBUF']).default('AVRO'),
  references: z.array(z.unknown()).optional(),
})

/** Reads a Confluent-compatible registry: `GET <uri>/schemas/ids/<id>`. */
export function createRegistryClient(uri: string): FindSchema {
  const base = uri.replace(/\/$/, '')
  return async (schemaId) => {
    const response = await fetch(`${base}/schemas/ids/${schemaId}`, {
      headers: { accept: 'application/vnd.schemaregistry.v1+json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (response.status === 404) return undefined
    if (!response.ok) throw new Error(`the schema registry at ${base} answered ${response.status}`)
    const { schema, schemaType, references = [] } = answer.parse(await response.json())
    if (references.length > 0)
      throw new Error(`schema ${schemaId} has references: not supported yet by the local runner`)
    return { dataFormat: schemaType, schema }
  }
}

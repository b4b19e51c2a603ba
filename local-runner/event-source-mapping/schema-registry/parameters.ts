import * as z from 'zod'

const refused = (message: string) => z.never({ error: message }).optional()

/** `AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig` under AWS's names in lower camel case. */
export const schemaRegistryConfig = z.strictObject({
  schemaRegistryURI: z
    .string()
    .min(1)
    .max(10_000)
    .regex(
      /^https?:\/\//,
      'must be http:// or https://, a registry with the API of Confluent; Glue is not supported by the local runner',
    ),
  eventRecordFormat: z.enum(['JSON', 'SOURCE']),
  schemaValidationConfigs: z
    .array(z.strictObject({ attribute: z.enum(['KEY', 'VALUE']) }))
    .min(1, 'name KEY, VALUE or both')
    .max(2),
  accessConfigs: refused('not supported yet by the local runner: leave it out'),
})

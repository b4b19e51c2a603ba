import * as z from 'zod'

const refused = (message: string) => z.never({ error: message }).optional()

const hasNoRepeats = (configs: readonly { readonly attribute: string }[]) =>
  new Set(configs.map(({ attribute }) => attribute)).size === configs.length

/** `AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig` under AWS's names in lower camel case, with AWS's messages
 * (services-consume-kafka-events). */
export const schemaRegistryConfig = z.strictObject({
  schemaRegistryURI: z
    .string()
    .min(1)
    .max(10_000)
    .refine((uri) => !uri.startsWith('arn:aws:glue:'), {
      error: 'Glue is not supported by the local runner: name a registry with the API of Confluent',
      abort: true,
    })
    .refine(
      (uri) => /^https?:\/\//.test(uri) && URL.canParse(uri),
      'Malformed SchemaRegistryURI provided. Please provide a valid URI or ARN. For example, https://schema-registry.example.com:8081 or arn:aws:glue:us-east-1:123456789012:registry/ExampleRegistry.',
    ),
  eventRecordFormat: z.enum(
    ['JSON', 'SOURCE'],
    'EventRecordFormat is a required field for SchemaRegistryConfig. Please provide one of supported format types: SOURCE, JSON.',
  ),
  schemaValidationConfigs: z
    .array(
      z.strictObject({ attribute: z.enum(['KEY', 'VALUE']) }),
      'SchemaValidationConfigs is a required field for SchemaRegistryConfig.',
    )
    .min(1, 'SchemaValidationConfigs is a required field for SchemaRegistryConfig.')
    .refine(
      hasNoRepeats,
      'Duplicate KEY/VALUE Attribute in SchemaValidationConfigs. SchemaValidationConfigs must contain at most one KEY/VALUE Attribute.',
    ),
  accessConfigs: refused('not supported yet by the local runner: leave it out'),
})

export type SchemaRegistryConfig = z.infer<typeof schemaRegistryConfig>

import { expect, test } from 'vitest'
import { constraintText } from '../manifest/constraint-text.ts'
import { kafkaTrigger, kafkaTriggerInput } from './parameters.ts'

const minimal = { topics: ['orders'], consumerGroupId: 'stock', startingPosition: 'TRIM_HORIZON' }
const provisioned = { ...minimal, provisionedPollerConfig: { minimumPollers: 1 } }

test("[2.1] fills in AWS's defaults", () => {
  expect(kafkaTrigger.parse(minimal)).toEqual({ ...minimal, enabled: true, batchSize: 100 })
  expect(kafkaTrigger.parse(provisioned).provisionedPollerConfig).toEqual({
    minimumPollers: 1,
    maximumPollers: 200,
  })
})

test('[2.1] the consumer group may be left out where a mapping is written', () => {
  const { consumerGroupId: _, ...written } = minimal
  expect(kafkaTriggerInput.safeParse(written).success).toBe(true)
  expect(kafkaTriggerInput.safeParse({ ...written, maximumRetryAttempts: 1 }).success).toBe(false)
})

test('[2.1] an empty provisionedPollerConfig is on-demand mode', () => {
  expect(
    kafkaTrigger.parse({ ...minimal, provisionedPollerConfig: {} }).provisionedPollerConfig,
  ).toBeUndefined()
})

test('[2.1] takes every option of provisioned mode', () => {
  const full = {
    ...minimal,
    startingPosition: 'AT_TIMESTAMP',
    startingPositionTimestamp: 1_700_000_000,
    enabled: false,
    batchSize: 10_000,
    maximumBatchingWindowInSeconds: 0,
    maximumRetryAttempts: 0,
    maximumRecordAgeInSeconds: -1,
    bisectBatchOnFunctionError: true,
    functionResponseTypes: ['ReportBatchItemFailures'],
    destinationConfig: { onFailure: { destination: 'kafka://orders.failed' } },
    filterCriteria: { filters: [{ pattern: '{"value":{"a":[1]}}' }] },
    loggingConfig: { systemLogLevel: 'DEBUG' },
    metricsConfig: { metrics: ['EventCount', 'ErrorCount', 'KafkaMetrics'] },
    provisionedPollerConfig: { minimumPollers: 2, maximumPollers: 4, pollerGroupName: 'shared' },
  }
  expect(kafkaTrigger.parse(full)).toEqual(full)
})

function problemsOf(value: unknown): string {
  const issues = kafkaTrigger.safeParse(value, { error: constraintText }).error?.issues ?? []
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')
}

const atLeast = (name: string, value: unknown, limit: number, what = 'value') =>
  `Value '${String(value)}' at '${name}' failed to satisfy constraint: Member must have ${what} greater than or equal to ${limit}`
const atMost = (name: string, value: unknown, limit: number, what = 'value') =>
  `Value '${String(value)}' at '${name}' failed to satisfy constraint: Member must have ${what} less than or equal to ${limit}`
const missing = (name: string) =>
  `Value null at '${name}' failed to satisfy constraint: Member must not be null`

const long = (length: number) => 'x'.repeat(length)
const filter = { pattern: '{"value":{"a":[1]}}' }
const registry = {
  schemaRegistryURI: 'http://localhost:8085',
  eventRecordFormat: 'JSON',
  schemaValidationConfigs: [{ attribute: 'VALUE' }],
}
const toQueue = (arn: string) => ({ destinationConfig: { onFailure: { destination: arn } } })
const pollers = (config: object) => ({ provisionedPollerConfig: config })

const refusals: readonly (readonly [change: Record<string, unknown>, message: string])[] = [
  [{ topics: undefined }, missing('topics')],
  [{ topics: [] }, atLeast('topics', '[]', 1, 'length')],
  [{ topics: ['orders', 'stock'] }, atMost('topics', '[orders, stock]', 1, 'length')],
  [{ topics: [long(250)] }, atMost('topics.1.member', long(250), 249, 'length')],
  [{ topics: ['two words'] }, 'Member must satisfy regular expression pattern: ^[^.][a-zA-Z0-9'],
  [{ consumerGroupId: 'a?b' }, 'Member must satisfy regular expression pattern: ^[ a-zA-Z0-9'],
  [{ consumerGroupId: '' }, atLeast('consumerGroupId', '', 1, 'length')],
  [{ consumerGroupId: long(201) }, atMost('consumerGroupId', long(201), 200, 'length')],
  [{ enabled: 'yes' }, 'enabled: Invalid input'],
  [{ startingPosition: undefined }, missing('startingPosition')],
  [
    { startingPosition: 'EARLIEST' },
    "Value 'EARLIEST' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [TRIM_HORIZON, LATEST, AT_TIMESTAMP]",
  ],
  [{ startingPosition: 'AT_TIMESTAMP' }, 'AT_TIMESTAMP needs it'],
  [{ startingPositionTimestamp: 1 }, 'AT_TIMESTAMP only'],
  [{ startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: 1_700_000_000_000 }, 'future'],
  [{ batchSize: 0 }, atLeast('batchSize', 0, 1)],
  [{ batchSize: 10_001 }, atMost('batchSize', 10_001, 10_000)],
  [{ batchSize: 1.5 }, 'batchSize: Invalid input'],
  [{ maximumBatchingWindowInSeconds: -1 }, atLeast('maximumBatchingWindowInSeconds', -1, 0)],
  [{ maximumBatchingWindowInSeconds: 0.5 }, 'maximumBatchingWindowInSeconds: Invalid input'],
  [{ maximumBatchingWindowInSeconds: 301 }, atMost('maximumBatchingWindowInSeconds', 301, 300)],
  [{ maximumRetryAttempts: -2 }, atLeast('maximumRetryAttempts', -2, -1)],
  [{ maximumRetryAttempts: 10_001 }, atMost('maximumRetryAttempts', 10_001, 10_000)],
  [{ maximumRecordAgeInSeconds: 59 }, '60 to 604800'],
  [{ maximumRecordAgeInSeconds: 604_801 }, atMost('maximumRecordAgeInSeconds', 604_801, 604_800)],
  [{ bisectBatchOnFunctionError: 1 }, 'bisectBatchOnFunctionError: Invalid input'],
  [{ functionResponseTypes: ['Other'] }, 'Member must satisfy enum value set: [ReportBatchItemFailures]'],
  [
    { functionResponseTypes: ['ReportBatchItemFailures', 'ReportBatchItemFailures'] },
    'Member must have length less than or equal to 1',
  ],
  [toQueue('arn:aws:sqs:eu-west-1:1:q'), 'must be kafka://<topic> or the ARN'],
  [toQueue('arn:aws:sqs:eu-west-1:000000000000:q.fifo'), 'FIFO'],
  [toQueue(`kafka://${long(250)}`), 'must be kafka://<topic>'],
  [toQueue(`arn:aws:s3:::${long(350)}`), 'Member must have length less than or equal to 350'],
  [toQueue('kafka://.hidden'), 'must be kafka://<topic>'],
  [toQueue('kafka://orders'), 'must not be the source topic'],
  [toQueue(''), 'must be kafka://<topic>'],
  [
    { destinationConfig: { onSuccess: { destination: 'kafka://done' } } },
    'does not apply to a Kafka event source',
  ],
  [{ filterCriteria: { filters: [{ pattern: '{"key":["a"]}' }] } }, 'the one field "value"'],
  [{ filterCriteria: { filters: Array.from({ length: 6 }, () => filter) } }, 'less than or equal to 5'],
  [{ filterCriteria: { filters: [{ pattern: long(4097) }] } }, 'less than or equal to 4096'],
  [pollers({ minimumPollers: 0 }), atLeast('provisionedPollerConfig.minimumPollers', 0, 1)],
  [pollers({ minimumPollers: 201 }), atMost('provisionedPollerConfig.minimumPollers', 201, 200)],
  [pollers({ maximumPollers: 0 }), atLeast('provisionedPollerConfig.maximumPollers', 0, 1)],
  [pollers({ maximumPollers: 2001 }), atMost('provisionedPollerConfig.maximumPollers', 2001, 2000)],
  [pollers({ minimumPollers: 3, maximumPollers: 2 }), 'greater than'],
  [pollers({ pollerGroupName: long(129) }), 'Member must have length less than or equal to 128'],
  [{ loggingConfig: { systemLogLevel: 'ERROR' } }, 'Member must satisfy enum value set: [DEBUG, INFO, WARN]'],
  [{ metricsConfig: { metrics: ['Count'] } }, 'enum value set: [EventCount, ErrorCount, KafkaMetrics]'],
  [
    { schemaRegistryConfig: { ...registry, schemaRegistryURI: 'registry' } },
    'Malformed SchemaRegistryURI provided. Please provide a valid URI or ARN. For example, https://schema-registry.example.com:8081 or arn:aws:glue:us-east-1:123456789012:registry/ExampleRegistry.',
  ],
  [
    { schemaRegistryConfig: { ...registry, eventRecordFormat: undefined } },
    'EventRecordFormat is a required field for SchemaRegistryConfig. Please provide one of supported format types: SOURCE, JSON.',
  ],
  [
    { schemaRegistryConfig: { ...registry, schemaValidationConfigs: [] } },
    'SchemaValidationConfigs is a required field for SchemaRegistryConfig.',
  ],
  [
    { schemaRegistryConfig: { ...registry, schemaValidationConfigs: undefined } },
    'SchemaValidationConfigs is a required field for SchemaRegistryConfig.',
  ],
  [
    {
      schemaRegistryConfig: {
        ...registry,
        schemaValidationConfigs: [{ attribute: 'KEY' }, { attribute: 'KEY' }],
      },
    },
    'Duplicate KEY/VALUE Attribute in SchemaValidationConfigs. SchemaValidationConfigs must contain at most one KEY/VALUE Attribute.',
  ],
  [
    {
      schemaRegistryConfig: {
        ...registry,
        schemaRegistryURI: 'arn:aws:glue:us-east-1:000000000000:registry/r',
      },
    },
    'Glue is not supported',
  ],
  [{ schemaRegistryConfig: { ...registry, accessConfigs: [] } }, 'not supported yet by the local runner'],
  [{ sourceAccessConfigurations: [] }, 'not supported yet by the local runner'],
  [{ kmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k' }, 'not supported yet by the local runner'],
  [{ parallelizationFactor: 2 }, 'does not apply to a Kafka event source'],
  [{ tumblingWindowInSeconds: 1 }, 'does not apply to a Kafka event source'],
  [{ scalingConfig: {} }, 'does not apply to a Kafka event source'],
  [{ batchsize: 5 }, 'batchsize'],
]

test.for(
  refusals.map(([change, message]) => ({ change, message, what: JSON.stringify(change).slice(0, 60) })),
)('[2.1] refuses $what', ({ change, message }) => {
  expect(problemsOf({ ...provisioned, ...change })).toContain(message)
})

test.for([
  { maximumRetryAttempts: 3 },
  { maximumRecordAgeInSeconds: 60 },
  { bisectBatchOnFunctionError: true },
  { functionResponseTypes: ['ReportBatchItemFailures'] },
  { loggingConfig: { systemLogLevel: 'INFO' } },
  { schemaRegistryConfig: registry },
  { destinationConfig: { onFailure: { destination: 'kafka://failed' } } },
])('[6.6] [2.1] refuses %j in on-demand mode', (change) => {
  expect(problemsOf({ ...minimal, ...change })).toMatch(
    /provisioned mode only|only available for Provisioned Mode/i,
  )
})

test('[2.1] in on-demand mode a schema registry is refused with the words of AWS', () => {
  expect(problemsOf({ ...minimal, schemaRegistryConfig: registry })).toBe(
    'schemaRegistryConfig: SchemaRegistryConfig is only available for Provisioned Mode. To configure Schema Registry, please enable Provisioned Mode by specifying MinimumPollers in ProvisionedPollerConfig.',
  )
})

test.for([
  'arn:aws:sqs:us-east-1:000000000000:failed',
  'arn:aws:sns:us-east-1:000000000000:failed',
  'arn:aws:s3:::failed',
])('[2.7] takes %s as a destination in on-demand mode too', (destination) => {
  expect(problemsOf({ ...minimal, destinationConfig: { onFailure: { destination } } })).toBe('')
})

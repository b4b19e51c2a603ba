import { expect, test } from 'vitest'
import { kafkaTrigger, writtenKafkaTrigger } from './parameters.ts'

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
  expect(writtenKafkaTrigger.safeParse(written).success).toBe(true)
  expect(writtenKafkaTrigger.safeParse({ ...written, maximumRetryAttempts: 1 }).success).toBe(false)
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

function complaints(value: unknown): string {
  const issues = kafkaTrigger.safeParse(value).error?.issues ?? []
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')
}

const refusals: readonly (readonly [change: Record<string, unknown>, message: string])[] = [
  [{ topics: [] }, 'exactly one topic'],
  [{ topics: ['a', 'b'] }, 'exactly one topic'],
  [{ consumerGroupId: 'a?b' }, 'does not allow'],
  [{ startingPosition: 'EARLIEST' }, 'TRIM_HORIZON'],
  [{ startingPosition: 'AT_TIMESTAMP' }, 'AT_TIMESTAMP needs it'],
  [{ startingPositionTimestamp: 1 }, 'AT_TIMESTAMP only'],
  [{ startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: 1_700_000_000_000 }, 'future'],
  [{ batchSize: 0 }, 'batchSize'],
  [{ batchSize: 10_001 }, 'batchSize'],
  [{ maximumBatchingWindowInSeconds: 0.5 }, 'maximumBatchingWindowInSeconds'],
  [{ maximumBatchingWindowInSeconds: 301 }, 'maximumBatchingWindowInSeconds'],
  [{ maximumRetryAttempts: -2 }, 'maximumRetryAttempts'],
  [{ maximumRecordAgeInSeconds: 59 }, '60 to 604800'],
  [{ functionResponseTypes: ['Other'] }, 'ReportBatchItemFailures'],
  [
    { destinationConfig: { onFailure: { destination: 'arn:aws:sqs:eu-west-1:1:q' } } },
    'must be kafka://<topic> or the ARN',
  ],
  [
    { destinationConfig: { onFailure: { destination: 'arn:aws:sqs:eu-west-1:000000000000:q.fifo' } } },
    'FIFO',
  ],
  [
    { destinationConfig: { onSuccess: { destination: 'kafka://done' } } },
    'does not apply to a Kafka event source',
  ],
  [{ destinationConfig: { onFailure: { destination: 'kafka://.hidden' } } }, 'must be kafka://<topic>'],
  [{ destinationConfig: { onFailure: { destination: 'kafka://orders' } } }, 'must not be the source topic'],
  [{ filterCriteria: { filters: [{ pattern: '{"key":["a"]}' }] } }, 'the one field "value"'],
  [{ provisionedPollerConfig: { minimumPollers: 3, maximumPollers: 2 } }, 'greater than'],
  [{ provisionedPollerConfig: { pollerGroupName: 'g'.repeat(129) } }, 'pollerGroupName'],
  [{ loggingConfig: { systemLogLevel: 'ERROR' } }, 'DEBUG'],
  [{ schemaRegistryConfig: {} }, 'schemaRegistryURI'],
  [
    {
      schemaRegistryConfig: {
        schemaRegistryURI: 'arn:aws:glue:us-east-1:000000000000:registry/r',
        eventRecordFormat: 'JSON',
        schemaValidationConfigs: [],
      },
    },
    'Glue is not supported',
  ],
  [{ metricsConfig: { metrics: ['Count'] } }, 'EventCount'],
  [{ parallelizationFactor: 2 }, 'does not apply to a Kafka event source'],
  [{ batchsize: 5 }, 'batchsize'],
]

test.for(refusals)('[2.1] refuses %j: %s', ([change, message]) => {
  expect(complaints({ ...provisioned, ...change })).toContain(message)
})

test.for([
  { maximumRetryAttempts: 3 },
  { maximumRecordAgeInSeconds: 60 },
  { bisectBatchOnFunctionError: true },
  { functionResponseTypes: ['ReportBatchItemFailures'] },
  { loggingConfig: { systemLogLevel: 'INFO' } },
  {
    schemaRegistryConfig: {
      schemaRegistryURI: 'http://localhost:8085',
      eventRecordFormat: 'JSON',
      schemaValidationConfigs: [{ attribute: 'VALUE' }],
    },
  },
  { destinationConfig: { onFailure: { destination: 'kafka://failed' } } },
])('[6.6] [2.1] refuses %j in on-demand mode', (change) => {
  expect(complaints({ ...minimal, ...change })).toContain('provisioned mode only')
})

test.for([
  'arn:aws:sqs:us-east-1:000000000000:failed',
  'arn:aws:sns:us-east-1:000000000000:failed',
  'arn:aws:s3:::failed',
])('[2.7] takes %s as a destination in on-demand mode too', (destination) => {
  expect(complaints({ ...minimal, destinationConfig: { onFailure: { destination } } })).toBe('')
})

import {
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  type ListEventSourceMappingsCommandInput,
  ListTagsCommand,
  UpdateEventSourceMappingCommand,
  type UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda'
import { expect, test } from 'vitest'
import { kafkaTrigger } from '../event-source-mapping/parameters.ts'
import type { ApiMapping } from './api-function.ts'
import { ARN, clientOf, echo } from './testing/api-client.ts'

const FIRST = '00000000-0000-0000-0000-000000000001'
const SECOND = '00000000-0000-0000-0000-000000000002'
const CLUSTER = 'arn:aws:kafka:us-east-1:000000000000:cluster/local/00000000-0000-0000-0000-000000000000-1'
const mappingArn = (id: string) => `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${id}`

/** A mapping that is being enabled or disabled as soon as it is asked to. */
function heldMapping(id: string, parameters: Readonly<Record<string, unknown>> = {}): ApiMapping {
  let state: ReturnType<ApiMapping['state']> = 'Enabled'
  let changedAtEpochMs: number | undefined
  return {
    id,
    parameters: kafkaTrigger.parse({
      topics: ['order-topic'],
      consumerGroupId: 'stock-service',
      startingPosition: 'TRIM_HORIZON',
      ...parameters,
    }),
    state: () => state,
    lastProcessingResult: () => 'No records processed',
    changedAtEpochMs: () => changedAtEpochMs,
    setEnabled: async (enabled) => {
      state = enabled ? 'Enabling' : 'Disabling'
      changedAtEpochMs = 5_500
    },
  }
}

async function api(...mappings: readonly ApiMapping[]) {
  const { client } = await clientOf(echo, {}, mappings)
  return {
    client,
    get: (UUID: string) => client.send(new GetEventSourceMappingCommand({ UUID })),
    update: (UUID: string, input: Partial<UpdateEventSourceMappingCommandInput>) =>
      client.send(new UpdateEventSourceMappingCommand({ UUID, ...input })),
    idsOf: async (input: ListEventSourceMappingsCommandInput) => {
      const { EventSourceMappings } = await client.send(new ListEventSourceMappingsCommand(input))
      return EventSourceMappings?.map(({ UUID }) => UUID)
    },
  }
}

/** As recorded of a Kafka mapping with AWS's defaults. */
const configuration = {
  AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'stock-service' },
  BatchSize: 100,
  EventSourceArn: CLUSTER,
  EventSourceMappingArn: mappingArn(FIRST),
  FunctionArn: ARN,
  LastModified: new Date(0),
  LastProcessingResult: 'No records processed',
  StartingPosition: 'TRIM_HORIZON',
  State: 'Enabled',
  StateTransitionReason: 'USER_INITIATED',
  Topics: ['order-topic'],
  UUID: FIRST,
}

test('[3.5] GetEventSourceMapping has the fields of AWS’s', async () => {
  const { get } = await api(heldMapping(FIRST))
  const { $metadata, ...fields } = await get(FIRST)
  expect(fields).toEqual(configuration)
  expect($metadata.httpStatusCode).toBe(200)
})

test('[2.1] [3.5] every parameter of function.json is there under AWS’s name', async () => {
  const { get } = await api(
    heldMapping(FIRST, {
      startingPosition: 'AT_TIMESTAMP',
      startingPositionTimestamp: 1_700_000_000.5,
      batchSize: 7,
      maximumBatchingWindowInSeconds: 0,
      maximumRetryAttempts: 3,
      maximumRecordAgeInSeconds: 60,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ['ReportBatchItemFailures'],
      destinationConfig: { onFailure: { destination: 'kafka://failed' } },
      filterCriteria: { filters: [{ pattern: '{"value":{"a":[1]}}' }] },
      provisionedPollerConfig: { minimumPollers: 2, maximumPollers: 3, pollerGroupName: 'shop' },
      schemaRegistryConfig: {
        schemaRegistryURI: 'https://registry.example.com',
        eventRecordFormat: 'JSON',
        schemaValidationConfigs: [{ attribute: 'VALUE' }],
      },
      loggingConfig: { systemLogLevel: 'DEBUG' },
      metricsConfig: { metrics: ['EventCount'] },
    }),
  )
  const { $metadata: _, ...fields } = await get(FIRST)
  expect(fields).toEqual({
    ...configuration,
    StartingPosition: 'AT_TIMESTAMP',
    StartingPositionTimestamp: new Date(1_700_000_000_500),
    BatchSize: 7,
    MaximumBatchingWindowInSeconds: 0,
    MaximumRetryAttempts: 3,
    MaximumRecordAgeInSeconds: 60,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    DestinationConfig: { OnFailure: { Destination: 'kafka://failed' } },
    FilterCriteria: { Filters: [{ Pattern: '{"value":{"a":[1]}}' }] },
    ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 3, PollerGroupName: 'shop' },
    AmazonManagedKafkaEventSourceConfig: {
      ConsumerGroupId: 'stock-service',
      SchemaRegistryConfig: {
        SchemaRegistryURI: 'https://registry.example.com',
        EventRecordFormat: 'JSON',
        SchemaValidationConfigs: [{ Attribute: 'VALUE' }],
      },
    },
    LoggingConfig: { SystemLogLevel: 'DEBUG' },
    MetricsConfig: { Metrics: ['EventCount'] },
  })
})

test('[3.5] ListEventSourceMappings lists those of a function and of a cluster, page by page', async () => {
  const { client, idsOf } = await api(heldMapping(SECOND), heldMapping(FIRST))
  expect(await idsOf({})).toEqual([FIRST, SECOND])
  expect(await idsOf({ FunctionName: 'order', EventSourceArn: CLUSTER })).toEqual([FIRST, SECOND])
  expect(await idsOf({ FunctionName: ARN })).toEqual([FIRST, SECOND])
  expect(await idsOf({ FunctionName: 'stock' })).toEqual([])
  expect(await idsOf({ FunctionName: 'order:live' })).toEqual([])
  expect(await idsOf({ EventSourceArn: CLUSTER.replace('local', 'other') })).toEqual([])
  const page = await client.send(new ListEventSourceMappingsCommand({ MaxItems: 1 }))
  expect(page.NextMarker).toBe(FIRST)
  expect(await idsOf({ Marker: page.NextMarker })).toEqual([SECOND])
})

test('[3.5] UpdateEventSourceMapping disables and enables, and answers what is under way', async () => {
  const { get, update } = await api(heldMapping(FIRST))
  const disabling = await update(FIRST, { Enabled: false, FunctionName: 'order' })
  expect(disabling).toMatchObject({
    ...configuration,
    State: 'Disabling',
    LastModified: new Date(5_500),
    $metadata: { httpStatusCode: 202 },
  })
  expect((await get(FIRST)).State).toBe('Disabling')
  expect((await update(FIRST, { Enabled: true })).State).toBe('Enabling')
  expect((await update(FIRST, {})).State).toBe('Enabling')
})

test.each([
  [{ BatchSize: 5, Enabled: false }, 'The local runner changes only Enabled here: change function.json.'],
  [
    { FunctionName: 'stock', Enabled: false },
    'The function of a mapping is the one in whose function.json it stands.',
  ],
])('[3.5] UpdateEventSourceMapping refuses %o and changes nothing', async (input, message) => {
  const { get, update } = await api(heldMapping(FIRST))
  await expect(update(FIRST, input)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringContaining(message) as unknown,
    $metadata: { httpStatusCode: 400 },
  })
  expect((await get(FIRST)).State).toBe('Enabled')
})

test('[3.5] a mapping that is not there', async () => {
  const { get, update } = await api(heldMapping(FIRST))
  const missing = {
    name: 'ResourceNotFoundException',
    message: 'The resource you requested does not exist.',
    $metadata: { httpStatusCode: 404 },
  }
  await expect(get(SECOND)).rejects.toMatchObject(missing)
  await expect(update(SECOND, { Enabled: false })).rejects.toMatchObject(missing)
})

test('[3.5] a mapping has no tags', async () => {
  const { client } = await api(heldMapping(FIRST))
  const { Tags } = await client.send(new ListTagsCommand({ Resource: mappingArn(FIRST) }))
  expect(Tags).toEqual({})
})

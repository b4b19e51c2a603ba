import * as z from 'zod'
import { compileFilterPattern } from './filter/filter-criteria.ts'
import { parseDestination } from './on-failure/destination.ts'
import { schemaRegistryConfig } from './schema-registry/parameters.ts'

const destination = z
  .string()
  .max(350)
  .superRefine((value, context) => {
    try {
      parseDestination(value)
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error))
    }
  })

const filterPattern = z
  .string()
  .max(4096)
  .superRefine((value, context) => {
    try {
      compileFilterPattern(value)
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error))
    }
  })

const consumerGroupId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[ a-zA-Z0-9\-/*:_+=.@]*$/)
const topicName = z
  .string()
  .min(1)
  .max(249)
  .regex(/^[^.][a-zA-Z0-9\-_.]+$/)

const SYSTEM_LOG_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const
const METRIC_GROUPS = ['EventCount', 'ErrorCount', 'KafkaMetrics'] as const

const notSupportedYet = z.never({ error: 'not supported yet by the local runner: leave it out' }).optional()
const notForKafka = z
  .never({ error: 'does not apply to a Kafka event source on AWS: leave it out' })
  .optional()

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

const pollers = z.strictObject({
  minimumPollers: z.int().min(1).max(200).default(1),
  maximumPollers: z.int().min(1).max(2000).default(200),
  /** Mappings of one group share capacity units on AWS. There are none here, so the name changes nothing. */
  pollerGroupName: z.string().min(1).max(128).optional(),
})

/** AWS offers these only in provisioned mode (kafka-retry-configurations, kafka-scaling-modes, esm-logging). */
const PROVISIONED_ONLY = [
  'maximumRetryAttempts',
  'maximumRecordAgeInSeconds',
  'bisectBatchOnFunctionError',
  'functionResponseTypes',
  'loggingConfig',
  'schemaRegistryConfig',
] as const

/** AWS documents its message for a schema registry (services-consume-kafka-events). */
const onlyProvisioned = (field: (typeof PROVISIONED_ONLY)[number]) =>
  field === 'schemaRegistryConfig'
    ? 'SchemaRegistryConfig is only available for Provisioned Mode. To configure Schema Registry, please enable Provisioned Mode by specifying MinimumPollers in ProvisionedPollerConfig.'
    : 'exists in provisioned mode only: add provisionedPollerConfig'

/**
 * One entry of `triggers.kafka`: the parameters of an MSK event source mapping, under AWS's names in lower camel case, with
 * AWS's defaults and ranges (docs.aws.amazon.com/lambda/latest/dg/msk-esm-parameters.html). Refuses what AWS refuses, and
 * what the local runner does not support.
 */
export const kafkaTriggerInput = z
  .strictObject({
    topics: z.array(topicName).min(1).max(1),
    consumerGroupId: consumerGroupId.optional(),
    enabled: z.boolean().default(true),
    startingPosition: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']),
    /** Unix seconds. */
    startingPositionTimestamp: z.number().nonnegative().optional(),
    batchSize: z.int().min(1).max(10_000).default(100),
    /** Absent: 500 ms, which no value can express. */
    maximumBatchingWindowInSeconds: z.int().min(0).max(300).optional(),
    /** Retries after the first attempt; -1 is unlimited, or 10 with an on-failure destination. */
    maximumRetryAttempts: z.int().min(-1).max(10_000).optional(),
    maximumRecordAgeInSeconds: z
      .int()
      .max(604_800)
      .refine((seconds) => seconds === -1 || seconds >= 60, 'must be -1 (no limit) or 60 to 604800')
      .optional(),
    bisectBatchOnFunctionError: z.boolean().optional(),
    functionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).max(1).optional(),
    destinationConfig: z
      .strictObject({
        onFailure: z.strictObject({ destination }),
        onSuccess: notForKafka,
      })
      .optional(),
    filterCriteria: z
      .strictObject({
        filters: z.array(z.strictObject({ pattern: filterPattern })).max(5),
      })
      .optional(),
    /** `{}` is on-demand mode, as in AWS's API. */
    provisionedPollerConfig: z
      .preprocess((value) => (isEmptyObject(value) ? undefined : value), pollers.optional())
      .optional(),
    schemaRegistryConfig: schemaRegistryConfig.optional(),
    sourceAccessConfigurations: notSupportedYet,
    loggingConfig: z.strictObject({ systemLogLevel: z.enum(SYSTEM_LOG_LEVELS) }).optional(),
    /** Adds AWS's own metrics, group by group, to `/metrics`. */
    metricsConfig: z.strictObject({ metrics: z.array(z.enum(METRIC_GROUPS)).max(3) }).optional(),
    kmsKeyArn: notSupportedYet,
    parallelizationFactor: notForKafka,
    tumblingWindowInSeconds: notForKafka,
    scalingConfig: notForKafka,
  })
  .superRefine((trigger, context) => {
    const refuse = (field: keyof typeof trigger, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message })
    const { startingPosition, startingPositionTimestamp, provisionedPollerConfig } = trigger
    if (startingPosition === 'AT_TIMESTAMP' && startingPositionTimestamp === undefined) {
      refuse('startingPositionTimestamp', 'AT_TIMESTAMP needs it: Unix seconds')
    }
    if (startingPosition !== 'AT_TIMESTAMP' && startingPositionTimestamp !== undefined) {
      refuse('startingPositionTimestamp', `goes with AT_TIMESTAMP only, not with ${startingPosition}`)
    }
    if (startingPositionTimestamp !== undefined && startingPositionTimestamp * 1000 > Date.now()) {
      refuse('startingPositionTimestamp', 'lies in the future (it is in Unix seconds, not milliseconds)')
    }
    if (provisionedPollerConfig === undefined) {
      for (const field of PROVISIONED_ONLY) {
        if (trigger[field] !== undefined) refuse(field, onlyProvisioned(field))
      }
    } else if (provisionedPollerConfig.minimumPollers > provisionedPollerConfig.maximumPollers) {
      refuse('provisionedPollerConfig', 'minimumPollers is greater than maximumPollers')
    }
    const onFailure = trigger.destinationConfig?.onFailure.destination
    if (onFailure?.startsWith('kafka://') && provisionedPollerConfig === undefined) {
      refuse(
        'destinationConfig',
        'a Kafka topic exists in provisioned mode only: add provisionedPollerConfig',
      )
    }
    if (onFailure === `kafka://${trigger.topics[0] ?? ''}`) {
      refuse('destinationConfig', 'the on-failure topic must not be the source topic')
    }
  })

/** With the consumer group filled in. */
export const kafkaTrigger = kafkaTriggerInput.safeExtend({ consumerGroupId })

export type KafkaTrigger = z.infer<typeof kafkaTrigger>

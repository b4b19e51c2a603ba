import * as z from 'zod'
import { defaultConsumerGroupId } from '../event-source-mapping/mapping-id.ts'
import { kafkaTriggerInput } from '../event-source-mapping/parameters.ts'
import { functionUrlConfig } from '../function-url/function-url-config.ts'
import { deadLetterConfig, eventInvokeConfig } from '../lambda/async-invocations/event-invoke-config.ts'
import { LOG_LEVELS, SYSTEM_LOG_LEVELS } from '../lambda/logging.ts'
import { parseSchedule } from '../schedules/schedule-expression.ts'
import { findTimeZone } from '../schedules/time-zone.ts'
import { buildSettings } from './build-settings.ts'
import { variableList, variableName } from './variable-name.ts'

const METHODS = 'GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY'
/** `{proxy+}` only as the last segment. */
const routeKey = z
  .string()
  .regex(
    new RegExp(`^(\\$default|(${METHODS}) (/|(/([^/{}\\s?]+|\\{[\\w.-]+\\}))*(/\\{[\\w.-]+\\+\\})?))$`),
    'A route is "$default" or "<METHOD> /path", with {name} for one segment and {name+} for the rest.',
  )

const loggingConfig = z
  .strictObject({
    logFormat: z.enum(['Text', 'JSON']).default('Text'),
    applicationLogLevel: z.enum(LOG_LEVELS).optional(),
    systemLogLevel: z.enum(SYSTEM_LOG_LEVELS).optional(),
  })
  .refine(
    ({ logFormat, applicationLogLevel, systemLogLevel }) =>
      logFormat === 'JSON' || (applicationLogLevel === undefined && systemLogLevel === undefined),
    'Log levels need "logFormat": "JSON".',
  )

const scheduleTrigger = z.strictObject({
  scheduleExpression: z
    .string()
    .refine(
      (text) => parseSchedule(text) !== undefined,
      'Use rate(5 minutes), cron(minutes hours day-of-month month day-of-week year) with ? as one of the two days, such as cron(0 8 ? * MON-FRI *), or at(2026-12-31T23:59:00).',
    )
    .describe('rate(...), cron(...) or at(...) of EventBridge'),
  scheduleExpressionTimezone: z
    .string()
    .refine((name) => findTimeZone(name) !== undefined, 'A time zone is an IANA name such as Europe/Berlin.')
    .optional()
    .describe('Makes it a schedule of EventBridge Scheduler; without it: a rule, in UTC'),
  localRateMs: z.int().min(10).optional().describe('How often the local runner fires instead, in ms'),
})

const shape = {
  name: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'A name has 1 to 64 letters, digits, hyphens or underscores.'),
  port: z.int().min(1).max(65_535).describe('Where the local runner serves the function'),
  memorySize: z.int().min(128).max(10_240).default(128).describe('MB'),
  timeout: z.int().min(1).max(900).default(3).describe('seconds'),
  reservedConcurrency: z.int().min(1).max(1000).optional().describe('The cap on its environments'),
  maxConcurrency: z.int().min(1).max(1600).optional().describe('Invocations at once in one environment'),
  tenancyConfig: z
    .strictObject({ tenantIsolationMode: z.literal('PER_TENANT') })
    .optional()
    .describe('Each environment serves one tenant; such a function is called by the Invoke API only'),
  loggingConfig: loggingConfig
    .default({ logFormat: 'Text' })
    .describe('Levels are for JSON; with maxConcurrency the log is JSON'),
  eventInvokeConfig: eventInvokeConfig
    .prefault({})
    .describe('Asynchronous invocations: retries, age, destinations'),
  deadLetterConfig: deadLetterConfig.optional().describe('Where asynchronous events go that failed for good'),
  environment: variableList
    .prefault([])
    .describe('Variables the function reads: names, or { "NAME": "default" }'),
  optionalEnvironment: z
    .array(variableName)
    .default([])
    .describe('Names of the variables it reads where they are set, and does without where they are not'),
  functionUrlConfig: functionUrlConfig.optional().describe('A function URL, and where it is served here'),
  build: buildSettings.optional().describe('How its bundle is made, where more than code belongs to it'),
  triggers: z.strictObject({
    http: z
      .array(routeKey)
      .max(300, 'An HTTP API has 300 routes at most.')
      .default([])
      .refine((keys) => new Set(keys).size === keys.length, 'A route is named twice.'),
    kafka: z.array(kafkaTriggerInput).default([]),
    schedule: z.array(scheduleTrigger).default([]),
  }),
}

interface Tenancy {
  readonly tenancyConfig?: unknown
  readonly maxConcurrency?: number | undefined
  readonly functionUrlConfig?: unknown
  readonly triggers: {
    readonly http: readonly unknown[]
    readonly kafka: readonly unknown[]
    readonly schedule: readonly unknown[]
  }
}

/** An HTTP API, a function URL, a mapping and a schedule cannot name a tenant (tenant-isolation-invoke). */
const isTenancyPossible = ({ tenancyConfig, maxConcurrency, functionUrlConfig, triggers }: Tenancy) =>
  tenancyConfig === undefined ||
  (maxConcurrency === undefined &&
    functionUrlConfig === undefined &&
    Object.values(triggers).every(({ length }) => length === 0))
const TENANCY = {
  path: ['tenancyConfig'],
  error: 'A function with tenant isolation has no triggers, no function URL and no maxConcurrency.',
}

/** functions/<name>/function.json. */
export const functionDefinition = z
  .strictObject({ $schema: z.string().optional(), ...shape })
  .refine(isTenancyPossible, TENANCY)

const seedRequest = z.strictObject({
  method: z.string(),
  path: z.string().startsWith('/'),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
})

/** A function of the manifest: its definition, the build's additions, and a consumer group for each mapping. */
export const manifestFunction = z
  .strictObject({
    ...shape,
    handler: z.string(),
    buildId: z.string(),
    seed: z.array(seedRequest).default([]),
  })
  .refine(isTenancyPossible, TENANCY)
  .transform(({ triggers, ...definition }) => {
    const kafka = triggers.kafka.map((trigger) => ({
      ...trigger,
      consumerGroupId:
        trigger.consumerGroupId ?? defaultConsumerGroupId(definition.name, trigger.topics[0] ?? ''),
    }))
    return { ...definition, triggers: { ...triggers, kafka } }
  })

export type FunctionDefinition = z.output<typeof manifestFunction>
export type SeedRequest = z.output<typeof seedRequest>

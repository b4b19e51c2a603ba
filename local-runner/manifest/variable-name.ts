import * as z from 'zod'

/** Reserved by Lambda (configuration-envvars). */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_LAMBDA_METADATA_API',
  'AWS_LAMBDA_METADATA_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
])

/** The name of an environment variable of a function (configuration-envvars). */
export const variableName = z
  .string()
  .regex(
    /^[a-zA-Z]\w+$/,
    'A variable name starts with a letter and has at least two letters, digits or underscores.',
  )
  .refine((name) => !RESERVED.has(name), 'Lambda reserves this name; choose another.')

const defaults = z.record(variableName, z.string('A default is text: put quotes around it.'), {
  error: ({ code, issues }) => (code === 'invalid_key' ? issues?.[0]?.message : undefined),
})

const nameOrDefaults = z.union([variableName, defaults], {
  error: ({ errors }) => {
    const fault = errors?.at(-1)?.[0]
    return fault === undefined || fault.path.length === 0
      ? 'Write a name, or { "NAME": "default" }.'
      : `${fault.path.join('.')}: ${fault.message}`
  },
})

export interface RequiredVariable {
  readonly name: string
  /** Where nothing sets it. */
  readonly defaultValue: string | undefined
}

/** `["REDIS_URL", { "PAGE_SIZE": "50" }]` */
export const variableList = z
  .array(nameOrDefaults)
  .transform((entries) =>
    entries.flatMap((entry): RequiredVariable[] =>
      typeof entry === 'string'
        ? [{ name: entry, defaultValue: undefined }]
        : Object.entries(entry).map(([name, defaultValue]) => ({ name, defaultValue })),
    ),
  )
  .refine(
    (variables) => new Set(variables.map(({ name }) => name)).size === variables.length,
    'A variable is named twice.',
  )

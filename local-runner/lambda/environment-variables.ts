import type { Logging } from './logging.ts'

export interface EnvironmentVariablesDeps {
  readonly functionName: string
  readonly memorySizeMb: number
  readonly handler: string
  readonly taskRoot: string
  readonly maxConcurrency: number | undefined
  readonly logging: Logging
  /** The function's own variables. */
  readonly own: Readonly<Record<string, string>>
}

export const REGION = 'us-east-1'
export const ACCOUNT_ID = '000000000000'

export const functionArn = (functionName: string) =>
  `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${functionName}`

/**
 * The whole `process.env` of an execution environment, as recorded on nodejs24.x, without what only makes sense in AWS's
 * image. Reserved names take precedence over the function's own (configuration-envvars).
 */
export function environmentVariables(
  deps: EnvironmentVariablesDeps,
  logStreamName: string,
): Record<string, string> {
  return {
    ...deps.own,
    _HANDLER: deps.handler,
    AWS_DEFAULT_REGION: REGION,
    AWS_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: deps.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deps.memorySizeMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE:
      deps.maxConcurrency === undefined ? 'on-demand' : 'lambda-managed-instances',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${deps.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    // Invalid on AWS: the SDK needs some credentials, but must never reach a real account by accident.
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    LAMBDA_TASK_ROOT: deps.taskRoot,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    ...(deps.logging.applicationLogLevel !== undefined && {
      AWS_LAMBDA_LOG_FORMAT: deps.logging.logFormat,
      AWS_LAMBDA_LOG_LEVEL: deps.logging.applicationLogLevel,
    }),
    ...(deps.maxConcurrency !== undefined && { AWS_LAMBDA_MAX_CONCURRENCY: String(deps.maxConcurrency) }),
  }
}

import type { SystemLogging, SystemLogLevel } from '../journal/environment-events.ts'

export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
export const SYSTEM_LOG_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const satisfies readonly SystemLogLevel[]

/** How a function's log is written, in the terms of Lambda's LoggingConfig. */
export interface Logging extends SystemLogging {
  /** The least level of the function's own lines; only the JSON format has one. */
  readonly applicationLogLevel: (typeof LOG_LEVELS)[number] | undefined
}

export interface LoggingConfig {
  readonly logFormat: 'Text' | 'JSON'
  readonly applicationLogLevel?: Logging['applicationLogLevel']
  readonly systemLogLevel?: Logging['systemLogLevel'] | undefined
}

/** Text has no levels; JSON's are INFO where none is set (monitoring-cloudwatchlogs-log-level). */
export function toLogging(config: LoggingConfig, maxConcurrency: number | undefined): Logging {
  // Managed Instances log in JSON only (lambda-managed-instances-nodejs-runtime): lines of many invocations mix.
  const logFormat = maxConcurrency === undefined ? config.logFormat : 'JSON'
  return {
    logFormat,
    applicationLogLevel: logFormat === 'JSON' ? (config.applicationLogLevel ?? 'INFO') : undefined,
    systemLogLevel: config.systemLogLevel ?? 'INFO',
  }
}

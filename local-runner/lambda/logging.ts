import type { SystemLogging, SystemLogLevel } from '../journal/environment-events.ts'

export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
export const SYSTEM_LOG_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const satisfies readonly SystemLogLevel[]

/** How a function's log is written, in the terms of Lambda's LoggingConfig. */
export interface Logging extends SystemLogging {
  /** Lowest level of the function's own lines; only the JSON format has one. */
  readonly applicationLogLevel: (typeof LOG_LEVELS)[number] | undefined
}

export interface LoggingConfig {
  readonly logFormat: 'Text' | 'JSON'
  readonly applicationLogLevel?: Logging['applicationLogLevel']
  readonly systemLogLevel?: Logging['systemLogLevel'] | undefined
}

/** Text has no levels; JSON defaults to INFO (monitoring-cloudwatchlogs-log-level). */
export function toLogging(config: LoggingConfig, maxConcurrency: number | undefined): Logging {
  // Managed Instances log in JSON only, as lines of concurrent invocations mix (lambda-managed-instances-nodejs-runtime).
  const logFormat = maxConcurrency === undefined ? config.logFormat : 'JSON'
  return {
    logFormat,
    applicationLogLevel: logFormat === 'JSON' ? (config.applicationLogLevel ?? 'INFO') : undefined,
    systemLogLevel: config.systemLogLevel ?? 'INFO',
  }
}

/** A function's failure as AWS shows it to the caller. A timeout and a dead process have no `trace`. */
export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

/** What asked for an invocation. */
export type InvocationSource = 'http' | 'invoke' | 'asynchronous' | 'kafka' | 'schedule'

export type SystemLogLevel = 'DEBUG' | 'INFO' | 'WARN'

/** How Lambda's own lines of an event are written. */
export interface SystemLogging {
  readonly logFormat: 'Text' | 'JSON'
  /** Lowest level that is written; only the JSON format has levels. */
  readonly systemLogLevel: SystemLogLevel
}

interface EnvironmentEventBase {
  readonly functionName: string
  /** Build that the environment runs; absent where the environment was started by somebody else. */
  readonly buildId?: string
}

/** How Lambda reports what failed in the environment itself; absent for a success and for a handler that throws. */
export interface EnvironmentFailure {
  readonly status?: 'timeout' | 'error'
  /** With the status `error`. */
  readonly errorType?: string
}

interface EnvironmentStarting extends EnvironmentEventBase {
  readonly name: 'environment.starting'
  readonly logStreamName: string
  /** What the environment's memory figures measure, in words. */
  readonly memoryMeasure: string
  readonly logging: SystemLogging
}

/** The init phase has ended. */
interface EnvironmentInit extends EnvironmentEventBase, EnvironmentFailure {
  readonly name: 'environment.init'
  readonly logStreamName: string
  readonly outcome: 'initialized' | 'failed' | 'exited' | 'timeout'
  readonly initMs: number
  /** With `initialized`. */
  readonly usedMemoryBytes?: number
  /** With `failed`. */
  readonly error?: FunctionError
  /** With `exited`: such as `exit status 1`; undefined when not known. */
  readonly ending?: string | undefined
  /** With `timeout`. */
  readonly limitSeconds?: number
  readonly logging: SystemLogging
}

interface EnvironmentEnded extends EnvironmentEventBase {
  readonly name: 'environment.ended'
  readonly logStreamName: string
}

interface InvocationStarted extends EnvironmentEventBase {
  readonly name: 'invocation.started'
  readonly requestId: string
  readonly source: InvocationSource | undefined
  readonly logStreamName: string
  /** X-Ray's header. */
  readonly traceId: string
  readonly logging: SystemLogging
}

interface InvocationFinished extends EnvironmentEventBase, EnvironmentFailure {
  readonly name: 'invocation.finished'
  readonly requestId: string
  readonly source: InvocationSource | undefined
  readonly outcome: 'success' | 'function-error' | 'throttled'
  /** With `function-error`. */
  readonly error?: FunctionError | undefined
  /** Without the init phase. */
  readonly durationMs: number
  /** Only for the first invocation of an environment. */
  readonly initMs?: number | undefined
  readonly memorySizeMb: number
  /** Highest use of the environment so far. */
  readonly maxMemoryUsedBytes: number
  /** X-Ray's header. */
  readonly traceId: string
  readonly logging: SystemLogging
}

/** A line that the function's code or its runtime has written. */
interface LogWritten extends EnvironmentEventBase {
  readonly name: 'log'
  /** Undefined outside an invocation, or where several run at once. */
  readonly requestId?: string | undefined
  /** May hold line breaks. */
  readonly line: string
}

/** What happens in a function's environments. */
export type EnvironmentEvent =
  | EnvironmentStarting
  | EnvironmentInit
  | EnvironmentEnded
  | InvocationStarted
  | InvocationFinished
  | LogWritten

export type RecordEnvironmentEvent = (event: EnvironmentEvent) => void

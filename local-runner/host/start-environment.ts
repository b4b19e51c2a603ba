import { join } from 'node:path'
import type { JournalEvent, RecordEvent } from '../journal.ts'
import { environmentVariables } from './environment-variables.ts'
import type { ExecutionEnvironment } from './execution-environment.ts'
import type { ExternalRuntimeApi } from './external-runtime-api.ts'
import type { Bundle } from './function-host.ts'
import type { InvocationLimits } from './invocation-limits.ts'
import { createProcessEnvironment } from './process-environment.ts'
import { createWorkerEnvironment } from './worker-environment.ts'

/** Where a function's environments run. */
export type EnvironmentKind =
  | { readonly kind: 'worker'; /** Absolute. */ readonly compileCacheDirectory: string }
  | { readonly kind: 'process'; /** Absolute: aws-lambda-ric's index.mjs. */ readonly runtimeClient: string }
  | { readonly kind: 'external'; readonly runtimeApi: ExternalRuntimeApi }

export interface Deps {
  readonly environment: EnvironmentKind
  readonly limits: InvocationLimits
  /** The function's own variables. */
  readonly variables: Readonly<Record<string, string>>
  readonly record: RecordEvent
}

/** Makes the function that starts one environment of the kind wanted. */
export function createEnvironmentStarter({ environment, limits, variables, record }: Deps) {
  const { functionName, memorySizeMb, maxConcurrency, logging } = limits
  const multiConcurrent = maxConcurrency !== undefined
  return ({ taskRoot, handler, buildId }: Bundle, logStreamName: string): ExecutionEnvironment => {
    if (environment.kind === 'external') return environment.runtimeApi.startEnvironment(logStreamName)
    const env = environmentVariables(
      { functionName, memorySizeMb, handler, taskRoot, maxConcurrency, logging, own: variables },
      logStreamName,
    )
    const shared = {
      functionName,
      memorySizeMb,
      logStreamName,
      env,
      record: (event: JournalEvent) => record({ ...event, buildId }),
    }
    if (environment.kind === 'process') {
      return createProcessEnvironment({
        ...shared,
        taskRoot,
        multiConcurrent,
        runtimeClient: environment.runtimeClient,
      })
    }
    const compileCacheDirectory = join(environment.compileCacheDirectory, functionName)
    return createWorkerEnvironment({
      ...shared,
      setup: { taskRoot, handler, compileCacheDirectory, multiConcurrent },
    })
  }
}

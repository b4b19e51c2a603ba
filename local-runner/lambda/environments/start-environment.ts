import { join } from 'node:path'
import type { EnvironmentEvent, RecordEnvironmentEvent } from '../../journal/environment-events.ts'
import { environmentVariables } from '../environment-variables.ts'
import type { ExecutionEnvironment } from '../execution-environment.ts'
import type { Bundle, RunningHost } from '../function-host.ts'
import type { InvocationLimits } from '../invocation-limits.ts'
import type { ExternalRuntimeApi } from './external-runtime-api.ts'
import { createProcessEnvironment } from './process-environment.ts'
import { startWorkerThread, type WorkerThread } from './worker-environment.ts'

/** Where a function's environments run. */
export type EnvironmentKind =
  | { readonly kind: 'worker'; /** Absolute. */ readonly compileCacheDirectory: string }
  | { readonly kind: 'process'; /** Absolute: aws-lambda-ric's index.mjs. */ readonly runtimeClient: string }
  | { readonly kind: 'external'; readonly runtimeApi: ExternalRuntimeApi }

export interface EnvironmentStarterDeps {
  readonly environment: EnvironmentKind
  readonly limits: InvocationLimits
  /** The function's own variables. */
  readonly variables: Readonly<Record<string, string>>
  readonly record: RecordEnvironmentEvent
}

export interface EnvironmentStarter {
  readonly start: (bundle: Bundle, logStreamName: string) => ExecutionEnvironment
  readonly prepareSpare: RunningHost['prepareSpare']
  /** Ends the spare thread. */
  readonly stop: () => Promise<void>
}

/** Starts a function's environments, all of one kind. */
export function createEnvironmentStarter({
  environment,
  limits,
  variables,
  record,
}: EnvironmentStarterDeps): EnvironmentStarter {
  const { functionName, functionArn, memorySizeMb, maxConcurrency, logging } = limits
  const multiConcurrent = maxConcurrency !== undefined
  let spare: WorkerThread | undefined
  let stopped = false
  const variablesFor = (taskRoot: string, handler: string, logStreamName: string) =>
    environmentVariables(
      { functionName, memorySizeMb, handler, taskRoot, maxConcurrency, logging, own: variables },
      logStreamName,
    )
  const startThread = (handler: string, compileCache: string) =>
    startWorkerThread({
      functionName,
      memorySizeMb,
      env: variablesFor('', handler, ''),
      setup: {
        compileCacheDirectory: join(compileCache, functionName),
        multiConcurrent,
        functionArn,
      },
    })

  return {
    start: ({ taskRoot, handler, buildId }, logStreamName) => {
      const recordBuild = (event: EnvironmentEvent) => record({ ...event, buildId })
      switch (environment.kind) {
        case 'external':
          return environment.runtimeApi.startEnvironment(logStreamName)
        case 'process':
          return createProcessEnvironment({
            functionName,
            memorySizeMb,
            logStreamName,
            env: variablesFor(taskRoot, handler, logStreamName),
            record: recordBuild,
            taskRoot,
            multiConcurrent,
            runtimeClient: environment.runtimeClient,
          })
        case 'worker': {
          const ready = spare?.isAlive() ? spare : undefined
          spare = undefined
          const thread = ready ?? startThread(handler, environment.compileCacheDirectory)
          return thread.load({ taskRoot, handler, logStreamName }, recordBuild)
        }
      }
    },
    prepareSpare: async () => {
      if (stopped || environment.kind !== 'worker' || spare?.isAlive()) return
      spare = startThread('index.handler', environment.compileCacheDirectory)
      await spare.isWaiting
    },
    stop: async () => {
      stopped = true
      await spare?.terminate()
      spare = undefined
    },
  }
}

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { FunctionDefinition } from './function-definition.ts'
import { environmentVariables, functionArn } from './host/environment-variables.ts'
import { createFunctionHost, type FunctionHost } from './host/function-host.ts'
import { createWorkerEnvironment } from './host/worker-environment.ts'
import type { RecordEvent } from './journal.ts'

/** Calls that wait for an environment of one function before more are throttled. */
const QUEUE_LIMIT = 1_000
/** A laptop has no thousand environments. */
const MACHINE_SHARE = Math.max(2, 2 * availableParallelism())

export interface Deps {
  readonly definition: FunctionDefinition
  /** Absolute: the folder of the bundle. */
  readonly taskRoot: string
  /** Absolute. */
  readonly compileCacheDirectory: string
  readonly variables: Readonly<Record<string, string>>
  readonly record: RecordEvent
  /** Makes the log streams' names differ. */
  readonly newId: () => string
}

/** Wires one function's host to worker threads that run its bundle. */
export function runFunction(deps: Deps): FunctionHost {
  const { definition, taskRoot, compileCacheDirectory, variables, record, newId } = deps
  const { name, handler, memorySize, timeout, maxConcurrency, reservedConcurrency } = definition
  return createFunctionHost({
    limits: { functionName: name, timeoutSeconds: timeout, memorySizeMb: memorySize, maxConcurrency },
    maxEnvironments: Math.min(reservedConcurrency ?? MACHINE_SHARE, MACHINE_SHARE),
    queueLimit: QUEUE_LIMIT,
    record,
    startEnvironment: () => {
      const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/')
      const logStreamName = `${day}/[$LATEST]${newId()}`
      const identity = { functionName: name, memorySizeMb: memorySize, handler, taskRoot, maxConcurrency }
      return createWorkerEnvironment({
        functionName: name,
        memorySizeMb: memorySize,
        logStreamName,
        record,
        env: environmentVariables({ ...identity, own: variables }, logStreamName),
        setup: {
          taskRoot,
          handler,
          compileCacheDirectory: join(compileCacheDirectory, name),
          multiConcurrent: maxConcurrency !== undefined,
          functionArn: functionArn(name),
        },
      })
    },
  })
}

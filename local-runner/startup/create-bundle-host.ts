import { availableParallelism } from 'node:os'
import type { RecordEvent } from '../journal/journal.ts'
import { functionArn } from '../lambda/environment-variables.ts'
import { createEnvironmentStarter, type EnvironmentKind } from '../lambda/environments/start-environment.ts'
import { createFunctionHost, type RunningHost } from '../lambda/function-host.ts'
import { createGrowth, immediateGrowth } from '../lambda/growth.ts'
import type { InvocationLimits } from '../lambda/invocation-limits.ts'
import { toLogging } from '../lambda/logging.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'

/** Calls of one function that may wait for an environment; more are throttled. */
const QUEUE_LIMIT = 1_000
/** A laptop cannot run a thousand environments. One more than its processors, for callers who wait for an answer. */
const MACHINE_SHARE = availableParallelism() + 1
/** AWS keeps an idle environment for some minutes and documents no number. */
const IDLE_LIMIT_MS = 10 * 60_000

export interface BundleHostDeps {
  readonly definition: FunctionDefinition
  /** Absolute: the folder of the bundle. */
  readonly taskRoot: string
  readonly environment: EnvironmentKind
  /** Throttle a call that no environment can take immediately, as AWS does. */
  readonly strictConcurrency: boolean
  readonly variables: Readonly<Record<string, string>>
  readonly record: RecordEvent
  /** A unique id, for log stream names. */
  readonly newId: () => string
}

function maxEnvironments(
  { environment, strictConcurrency }: BundleHostDeps,
  reservedConcurrency = MACHINE_SHARE,
): number {
  // Several would share one address.
  if (environment.kind === 'external') return Math.min(reservedConcurrency, 1)
  return strictConcurrency ? reservedConcurrency : Math.min(reservedConcurrency, MACHINE_SHARE)
}

/** The host of one function, whose environments run its bundle. */
export function createBundleHost(deps: BundleHostDeps): RunningHost {
  const { definition, taskRoot, environment, strictConcurrency, variables, record, newId } = deps
  const { name, handler, buildId, memorySize, timeout, maxConcurrency, loggingConfig } = definition
  const limits: InvocationLimits = {
    functionName: name,
    functionArn: functionArn(name),
    timeoutSeconds: timeout,
    memorySizeMb: memorySize,
    maxConcurrency,
    logging: toLogging(loggingConfig, maxConcurrency),
  }
  const starter = createEnvironmentStarter({ environment, limits, variables, record })
  const host = createFunctionHost({
    limits,
    bundle: { taskRoot, handler, buildId },
    maxEnvironments: maxEnvironments(deps, definition.reservedConcurrency),
    growth: strictConcurrency ? immediateGrowth : createGrowth({ processors: availableParallelism() }),
    keptForCallers: strictConcurrency ? 0 : 1,
    queueLimit: strictConcurrency ? 0 : QUEUE_LIMIT,
    idleLimitMs: IDLE_LIMIT_MS,
    record,
    newLogStreamName: () => {
      const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/')
      return `${day}/[$LATEST]${newId()}`
    },
    startEnvironment: starter.start,
  })
  return {
    ...host,
    reserve: (concurrency) => host.limitEnvironments(maxEnvironments(deps, concurrency)),
    prepareSpare: starter.prepareSpare,
    stop: async () => {
      await host.stop()
      await starter.stop()
    },
  }
}

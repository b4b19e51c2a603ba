import { randomUUID } from 'node:crypto'
import { withinMs } from '../async/within-ms.ts'
import type { EnvironmentFailure, RecordEnvironmentEvent } from '../journal/environment-events.ts'
import type { EnvironmentAnswer, InvokeMessage } from './execution-environment.ts'
import type { InvocationOptions, InvocationResult } from './invocation.ts'
import type { InvocationLimits } from './invocation-limits.ts'
import { timedOut } from './sandbox-errors.ts'
import { newTraceId } from './trace-ids.ts'

export interface Call {
  readonly payload: string
  readonly options: InvocationOptions
}

export interface RunInvocationDeps {
  readonly limits: InvocationLimits
  readonly logStreamName: string
  /** Starts the environment first if necessary. */
  readonly invoke: (message: InvokeMessage) => Promise<EnvironmentAnswer>
  readonly record: RecordEnvironmentEvent
  /** Only for the first invocation of an environment. */
  readonly initMs: number | undefined
  /** Takes the memory used now. @returns the environment's highest use so far, in bytes */
  readonly toMaxMemory: (usedBytes: number) => number
}

export interface InvocationRun {
  readonly result: InvocationResult
  readonly timedOut: boolean
}

/** AWS reports no status when a handler throws: its environment is intact. */
function statusOf(result: InvocationResult): EnvironmentFailure {
  if (result.outcome !== 'function-error') return {}
  const { errorType } = result.error
  if (errorType === 'Sandbox.Timedout') return { status: 'timeout' }
  return errorType === 'Runtime.ExitError' ? { status: 'error', errorType } : {}
}

/** Runs one invocation within the function's timeout and records its start and end. Leaves the environment as it is. */
export async function runInvocation(
  { payload, options }: Call,
  deps: RunInvocationDeps,
): Promise<InvocationRun> {
  const { limits, logStreamName, invoke, record, initMs } = deps
  const { source, qualifier, requestId = randomUUID(), traceId = newTraceId(Date.now()) } = options
  const { functionName, functionArn, memorySizeMb, timeoutSeconds, logging } = limits
  record({ name: 'invocation.started', functionName, requestId, source, logStreamName, traceId, logging })
  const startedAt = performance.now()
  const work = invoke({
    requestId,
    payload,
    deadlineEpochMs: Date.now() + timeoutSeconds * 1000,
    traceId,
    invokedFunctionArn: qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`,
    clientContext: options.clientContext,
    tenantId: options.tenantId,
    onChunk: options.onChunk,
  })
  const answer: EnvironmentAnswer | undefined = await withinMs(timeoutSeconds * 1000, work)
  const result: InvocationResult = answer?.result ?? {
    outcome: 'function-error',
    error: timedOut(requestId, timeoutSeconds),
  }
  // A timer is late by some milliseconds; AWS reports and bills no more than the timeout.
  const durationMs = Math.min(performance.now() - startedAt, timeoutSeconds * 1000)
  record({
    name: 'invocation.finished',
    functionName,
    requestId,
    source,
    outcome: result.outcome,
    ...statusOf(result),
    error: result.outcome === 'function-error' ? result.error : undefined,
    durationMs,
    initMs,
    memorySizeMb,
    maxMemoryUsedBytes: deps.toMaxMemory(answer?.usedMemoryBytes ?? 0),
    traceId,
    logging,
  })
  return { result, timedOut: answer === undefined }
}

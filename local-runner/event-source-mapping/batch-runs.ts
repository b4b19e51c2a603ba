import { randomUUID } from 'node:crypto'
import type { Batch } from './batch.ts'
import { createDiscard } from './discard.ts'
import { createOnFailure, type OnFailureDeps } from './on-failure/on-failure.ts'
import type { KafkaTrigger } from './parameters.ts'
import { toRetryPolicy } from './retry-policy.ts'
import { type BatchRun, runBatch, type RunBatchDeps } from './run-batch.ts'

export interface BatchRunsDeps
  extends
    Omit<OnFailureDeps, 'destination'>,
    Pick<RunBatchDeps, 'invoke' | 'onFinished' | 'onThrottled' | 'retryDelayMs' | 'stopping'> {
  readonly trigger: KafkaTrigger
}

export interface BatchRuns {
  readonly run: (batch: Batch) => Promise<BatchRun>
  readonly stop: () => Promise<void>
}

/** Runs the batches of a mapping by its rules for failures; what is given up goes to its destination. */
export function createBatchRuns(deps: BatchRunsDeps): BatchRuns {
  const onFailure = createOnFailure({
    ...deps,
    destination: deps.trigger.destinationConfig?.onFailure.destination,
  })
  const discard = createDiscard({ ...deps, send: onFailure?.send })
  const policy = toRetryPolicy(deps.trigger)
  return {
    run: (batch) => runBatch(batch, { ...deps, policy, discard, newRequestId: randomUUID }),
    stop: async () => onFailure?.stop(),
  }
}

import { randomUUID } from 'node:crypto'
import type { Batch } from './batch.ts'
import { createDiscard } from './discard.ts'
import { createOnFailure, type Deps as OnFailureDeps } from './on-failure/on-failure.ts'
import { toRetryPolicy } from './retry-policy.ts'
import { runBatch, type BatchRun, type Deps as RunDeps } from './run-batch.ts'

export interface Deps
  extends OnFailureDeps, Pick<RunDeps, 'invoke' | 'onFinished' | 'retryDelayMs' | 'stopping'> {}

export interface BatchRuns {
  readonly run: (batch: Batch) => Promise<BatchRun>
  readonly stop: () => Promise<void>
}

/** Runs the batches of a mapping by its rules for failures; what is given up goes to its destination. */
export function createBatchRuns(deps: Deps): BatchRuns {
  const onFailure = createOnFailure(deps)
  const discard = createDiscard({ ...deps, send: onFailure?.send })
  const policy = toRetryPolicy(deps.trigger)
  return {
    run: (batch) => runBatch(batch, { ...deps, policy, discard, newRequestId: randomUUID }),
    stop: async () => onFailure?.stop(),
  }
}

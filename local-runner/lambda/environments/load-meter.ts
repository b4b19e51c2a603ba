import type { Worker } from 'node:worker_threads'

/** A shorter time says nothing. */
const LEAST_MS = 20
const COMPUTING = 0.5

/** @returns a function that tells whether the thread has computed most of the time since it was last asked */
export function createLoadMeter({ performance: thread }: Pick<Worker, 'performance'>): () => boolean {
  let last = thread.eventLoopUtilization()
  let isComputing = false
  return () => {
    const since = thread.eventLoopUtilization(last)
    if (since.idle + since.active < LEAST_MS) return isComputing
    last = thread.eventLoopUtilization()
    isComputing = since.utilization > COMPUTING
    return isComputing
  }
}

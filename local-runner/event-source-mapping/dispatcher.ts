import type { RecordDetail } from '../journal/mapping-events.ts'
import type { Batch } from './batch.ts'
import { decideBatch, type Limits } from './batcher.ts'
import { type Lane, setFailure, takeFrom } from './lane.ts'
import { createPace } from './pace.ts'
import type { BatchRun, RunBatchDeps } from './run-batch.ts'

export interface DispatcherDeps {
  readonly lanes: () => ReadonlyMap<number, Lane>
  /** False while the member rejoins and does not know its partitions. */
  readonly isSettled: () => boolean
  readonly limits: Limits
  /** Most batches in flight at once. */
  readonly maxConcurrency: () => number
  /** In provisioned mode the next window starts when the batch has ended, otherwise when its last invocation has. */
  readonly isProvisioned: boolean
  readonly runBatch: (batch: Batch, progress: Pick<RunBatchDeps, 'onDelayed'>) => Promise<BatchRun>
  /** Called after records left a lane's buffer. */
  readonly onTaken: (lane: Lane) => void
  /** Called when a batch has ended. */
  readonly onSettled: () => void
  readonly record: RecordDetail
  /** Epoch ms. */
  readonly now: () => number
  /** Monotonic ms. */
  readonly elapsedMs: () => number
}

export interface Dispatcher {
  /** Call it when records or partitions have arrived. */
  readonly wake: () => void
  readonly inFlight: () => number
  /** Starts no more batches; resolves when those in flight have ended. */
  readonly close: () => Promise<void>
}

/** Forms batches and runs them, several at once where that pays, never two with records of the same partition. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { lanes, limits, now, elapsedMs } = deps
  const pace = createPace(deps)
  // By number, not by lane: a partition lost and owned again still waits for the invocation that holds it.
  const busy = new Set<number>()
  const running = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  const free = (partitions: Iterable<number>, windowStartMs: number) => {
    for (const partition of partitions) {
      busy.delete(partition)
      const lane = lanes().get(partition)
      if (lane !== undefined) lane.windowStartMs = windowStartMs
    }
  }

  const run = async (batch: Batch, taken: readonly Lane[]) => {
    const paced = pace.begin()
    const held = new Set(taken.map(({ partition }) => partition))
    try {
      const { lastInvocationEndedMs } = await deps.runBatch(batch, {
        onDelayed: (rest) => {
          const failing = new Set(rest.map(({ lane }) => lane.partition))
          const done = [...held].filter((partition) => !failing.has(partition))
          free(done, elapsedMs())
          for (const partition of done) held.delete(partition)
          paced.delay()
          wake()
        },
      })
      free(held, deps.isProvisioned ? elapsedMs() : (lastInvocationEndedMs ?? elapsedMs()))
    } catch (error) {
      // A defect of the runner. The partitions stay blocked, because continuing would skip records.
      const reason = (error instanceof Error && error.stack) || String(error)
      deps.record({ name: 'batch.defect', reason })
      for (const lane of taken.filter(({ partition }) => held.has(partition)))
        setFailure(lane, { kind: 'runner', retries: 0, invocations: 0, reason })
    } finally {
      paced.end()
    }
  }

  const start = (batch: Batch, taken: readonly Lane[]) => {
    for (const lane of taken) busy.add(lane.partition)
    const work = run(batch, taken).finally(() => {
      running.delete(work)
      deps.onSettled()
      wake()
    })
    running.add(work)
  }

  function wake() {
    clearTimeout(timer)
    while (!isClosed && deps.isSettled()) {
      const open = [...lanes().values()].filter(({ partition }) => !busy.has(partition))
      const decision = decideBatch(open, limits, elapsedMs())
      if (decision.close === undefined) {
        if (decision.waitMs !== undefined) timer = setTimeout(wake, decision.waitMs)
        return
      }
      const { close, take } = decision
      if (!pace.mayStart(close)) {
        const waitMs = pace.waitMs()
        if (waitMs !== undefined) timer = setTimeout(wake, waitMs)
        return
      }
      const taken = open.filter(({ partition }) => take.has(partition))
      const entries = taken.flatMap((lane) =>
        takeFrom(lane, take.get(lane.partition) ?? 0).map((record) => ({ lane, record })),
      )
      const nowMs = now()
      const oldestMs = entries.reduce((oldest, { record }) => Math.min(oldest, record.timestampMs), nowMs)
      deps.record({ name: 'batch.closed', close, records: Object.fromEntries(take), ageMs: nowMs - oldestMs })
      start({ close, entries }, taken)
      for (const lane of taken) deps.onTaken(lane)
    }
  }

  return {
    wake,
    inFlight: () => running.size,
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      await Promise.all(running)
    },
  }
}

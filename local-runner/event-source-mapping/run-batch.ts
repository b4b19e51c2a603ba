import { interruptibleWait } from '../async/interruptible-wait.ts'
import type { DiscardCondition } from '../journal/batch-events.ts'
import type { RecordDetail } from '../journal/mapping-events.ts'
import type { Invoke } from '../lambda/invocation.ts'
import { type Batch, type BatchEntry, countsOf, lanesOf, recordsOf, stillInFlight } from './batch.ts'
import type { Discard } from './discard.ts'
import { judgeResult } from './judge-result.ts'
import { finishIn, setFailure } from './lane.ts'
import type { LaneFailure } from './lane-failure.ts'
import type { EventRecord } from './msk-event/msk-event.ts'
import type { RetryPolicy } from './retry-policy.ts'

export interface RunBatchDeps {
  readonly topic: string
  readonly policy: RetryPolicy
  readonly toPayload: (records: readonly EventRecord[]) => string
  readonly invoke: Invoke
  readonly discard: Discard
  readonly newRequestId: () => string
  /** Called whenever records are done or discarded. */
  readonly onFinished: () => void
  /** Called when an invocation did not reach the function. */
  readonly onThrottled: () => void
  readonly retryDelayMs: (retry: number) => number
  readonly record: RecordDetail
  /** Epoch ms. */
  readonly now: () => number
  /** Monotonic ms. */
  readonly elapsedMs: () => number
  /** Aborts when no further attempt may start. */
  readonly stopping: AbortSignal
  /** Called when the batch takes longer than one invocation, with all of it that may be invoked again. */
  readonly onDelayed: (rest: readonly BatchEntry[]) => void
}

/** Records that are invoked together. Both halves of a split keep the retry count: a split is no retry. */
interface Work {
  readonly entries: readonly BatchEntry[]
  readonly retries: number
  readonly invokeCount: number
  /** Of the last invocation. */
  readonly requestId?: string
}

export interface BatchRun {
  /** Monotonic ms; undefined when nothing was invoked. */
  readonly lastInvocationEndedMs: number | undefined
}

/** Shared by the attempts of one run. */
interface RunState {
  lastInvocationEndedMs: number | undefined
  /** In a row. */
  throttles: number
  /** What follows the running attempt. */
  readonly pending: Work[]
}

const pause = (retry: number, entries: readonly BatchEntry[], { retryDelayMs, stopping }: RunBatchDeps) =>
  interruptibleWait(retryDelayMs(retry), [stopping, ...[...lanesOf(entries)].map(({ lost }) => lost)])

function finish(entries: readonly BatchEntry[], deps: RunBatchDeps) {
  const finished = new Set(recordsOf(entries))
  for (const lane of lanesOf(entries)) {
    finishIn(lane, finished)
    lane.lastFailure = undefined
  }
  deps.onFinished()
}

function setFailures(
  entries: readonly BatchEntry[],
  { retries, invokeCount, requestId }: Omit<Work, 'entries'>,
  { kind, reason }: Pick<LaneFailure, 'kind' | 'reason'>,
) {
  for (const lane of lanesOf(entries))
    setFailure(lane, { kind, retries, invocations: invokeCount, requestId, reason })
}

async function discard(
  entries: readonly BatchEntry[],
  condition: DiscardCondition,
  { invokeCount, requestId }: Pick<Work, 'invokeCount' | 'requestId'>,
  deps: RunBatchDeps,
) {
  const open = stillInFlight(entries)
  if (open.length === 0) return
  const failure = { condition, invokeCount, requestId: requestId ?? deps.newRequestId() }
  if (await deps.discard(open, failure)) finish(open, deps)
}

/** Says what is left of the batch, so that the other partitions go on. */
const delayed = (entries: readonly BatchEntry[], { pending }: RunState, { onDelayed }: RunBatchDeps) =>
  onDelayed(stillInFlight([...entries, ...pending.flatMap((work) => work.entries)]))

/** The work that remains after an invocation failed for some or all records. `work.invokeCount` includes that invocation. */
async function afterFailure(
  work: Work,
  failed: readonly BatchEntry[],
  reason: string,
  state: RunState,
  deps: RunBatchDeps,
): Promise<readonly Work[]> {
  const { policy, record } = deps
  const { entries, retries } = work
  const invoked = entries.length
  if (failed.length < invoked) {
    const failing = new Set(failed)
    finish(
      entries.filter((entry) => !failing.has(entry)),
      deps,
    )
  }
  delayed(failed, state, deps)
  if (policy.isBisecting && failed.length > 1) {
    const middle = Math.ceil(failed.length / 2)
    record({ name: 'batch.split', records: countsOf(failed), invoked, reason })
    return [failed.slice(0, middle), failed.slice(middle)].map((half) => ({ ...work, entries: half }))
  }
  if (retries >= policy.maximumRetries) {
    record({ name: 'batch.exhausted', records: countsOf(failed), invoked, retries, reason })
    await discard(failed, 'RetriesExhausted', work, deps)
    return []
  }
  const retry = retries + 1
  setFailures(failed, { ...work, retries: retry }, { kind: 'function', reason })
  record({ name: 'batch.retrying', records: countsOf(failed), invoked, retry, reason })
  await pause(retry, failed, deps)
  return [{ ...work, entries: failed, retries: retry }]
}

async function attempt(work: Work, state: RunState, deps: RunBatchDeps): Promise<readonly Work[]> {
  const { entries, retries, invokeCount } = work
  const requestId = deps.newRequestId()
  const result = await deps.invoke(deps.toPayload(recordsOf(entries)), { source: 'kafka', requestId })
  state.lastInvocationEndedMs = deps.elapsedMs()
  const verdict = judgeResult(result, entries, { topic: deps.topic, ...deps.policy })
  switch (verdict.kind) {
    case 'success':
      finish(entries, deps)
      deps.record({ name: 'batch.succeeded', records: countsOf(entries), invoked: entries.length, retries })
      return []
    case 'throttled':
      state.throttles += 1
      deps.onThrottled()
      delayed(entries, state, deps)
      setFailures(entries, work, { kind: 'throttled', reason: verdict.reason })
      deps.record({ name: 'batch.throttled', records: countsOf(entries), reason: verdict.reason })
      await pause(state.throttles, entries, deps)
      return [{ entries, retries, invokeCount }]
    case 'failed':
    case 'partial': {
      state.throttles = 0
      const failed = verdict.kind === 'partial' ? verdict.failed : entries
      const invokedWork = { entries, retries, invokeCount: invokeCount + 1, requestId }
      return afterFailure(invokedWork, failed, verdict.reason, state, deps)
    }
  }
}

/** Drops records that were skipped or lost with their partitions, and discards those that cannot be read or are too old. */
async function withoutUndeliverable(work: Work, deps: RunBatchDeps): Promise<Work> {
  const oldestMs = deps.now() - deps.policy.maximumRecordAgeMs
  const open = stillInFlight(work.entries)
  for (const [condition, rejected] of Map.groupBy(open, ({ record }) => record.rejection)) {
    if (condition !== undefined) await discard(rejected, condition, work, deps)
  }
  const readable = open.filter(({ record }) => record.rejection === undefined)
  const expired = readable.filter(({ record }) => record.timestampMs < oldestMs)
  if (expired.length > 0) await discard(expired, 'RecordAgeExceeded', work, deps)
  return { ...work, entries: readable.filter(({ record }) => record.timestampMs >= oldestMs) }
}

/** Runs a batch until every record is done, discarded, skipped, lost with its partition, or left because of `stopping`. */
export async function runBatch(batch: Batch, deps: RunBatchDeps): Promise<BatchRun> {
  // The lower half of a split goes first, which keeps the order of the partition.
  const pending: Work[] = [{ entries: batch.entries, retries: 0, invokeCount: 0 }]
  const state: RunState = { lastInvocationEndedMs: undefined, throttles: 0, pending }
  if (batch.close === 'oversized') {
    await discard(batch.entries, 'MaximumPayloadSizeExceeded', { invokeCount: 0 }, deps)
    return state
  }
  for (let work = pending.shift(); work !== undefined; work = pending.shift()) {
    const due = await withoutUndeliverable(work, deps)
    if (deps.stopping.aborted) break
    // Partitions may have been lost, and records skipped or discarded, since the last attempt.
    if (state.lastInvocationEndedMs !== undefined) delayed(due.entries, state, deps)
    if (due.entries.length > 0) pending.unshift(...(await attempt(due, state, deps)))
  }
  return state
}

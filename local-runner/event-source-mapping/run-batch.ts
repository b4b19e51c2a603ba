import { interruptibleWait } from '../async/interruptible-wait.ts'
import type { DiscardCondition } from '../journal/batch-events.ts'
import type { RecordDetail } from '../journal/mapping-events.ts'
import type { Invoke } from '../lambda/invocation.ts'
import { type Batch, type BatchEntry, countsOf, lanesOf, recordsOf } from './batch.ts'
import type { Discard } from './discard.ts'
import { judgeResult } from './judge-result.ts'
import { finishIn } from './lane.ts'
import type { EventRecord } from './msk-event/msk-event.ts'
import type { RetryPolicy } from './retry-policy.ts'

export interface RunBatchDeps {
  readonly topic: string
  readonly policy: RetryPolicy
  readonly toPayload: (records: readonly EventRecord[]) => string
  readonly invoke: Invoke
  readonly discard: Discard
  readonly newRequestId: () => string
  /** Told whenever records are done or discarded. */
  readonly onFinished: () => void
  /** Called when an invocation did not reach the function. */
  readonly onThrottled: () => void
  readonly retryDelayMs: (retry: number) => number
  readonly record: RecordDetail
  /** Epoch ms. */
  readonly now: () => number
  /** Aborts when no further attempt may start. */
  readonly stopping: AbortSignal
}

/** Records that are invoked together. After a split both halves keep the retries spent: splitting spends none. */
interface Work {
  readonly entries: readonly BatchEntry[]
  readonly retries: number
  readonly invokeCount: number
  /** Of the last invocation. */
  readonly requestId?: string
}

export interface BatchRun {
  /** Epoch ms; undefined when nothing was invoked. */
  readonly lastInvocationEndedMs: number | undefined
}

const isOwned = ({ lane }: BatchEntry) => !lane.lost.aborted

/** Brings a batch to its end: every record done, discarded, lost with its partition, or left undone because of `stopping`. */
export async function runBatch(batch: Batch, deps: RunBatchDeps): Promise<BatchRun> {
  const { policy, stopping, now } = deps
  let lastInvocationEndedMs: number | undefined
  let throttles = 0

  const pause = (retry: number, entries: readonly BatchEntry[]) =>
    interruptibleWait(deps.retryDelayMs(retry), [stopping, ...[...lanesOf(entries)].map(({ lost }) => lost)])

  const finish = (entries: readonly BatchEntry[]) => {
    const finished = new Set(recordsOf(entries))
    for (const lane of lanesOf(entries)) {
      finishIn(lane, finished)
      lane.trouble = undefined
    }
    deps.onFinished()
  }

  const tellTrouble = (entries: readonly BatchEntry[], retries: number, reason: string) => {
    for (const lane of lanesOf(entries)) lane.trouble = { retries, reason }
  }

  const discard = async (
    entries: readonly BatchEntry[],
    condition: DiscardCondition,
    { invokeCount, requestId = deps.newRequestId() }: Pick<Work, 'invokeCount' | 'requestId'>,
  ) => {
    const owned = entries.filter(isOwned) // the others are their new owner's to deliver again
    if (owned.length > 0 && (await deps.discard(owned, { condition, invokeCount, requestId }))) finish(owned)
  }

  const attempt = async ({ entries, retries, invokeCount }: Work): Promise<readonly Work[]> => {
    const payload = deps.toPayload(recordsOf(entries))
    const requestId = deps.newRequestId()
    const result = await deps.invoke(payload, { source: 'kafka', requestId })
    lastInvocationEndedMs = now()
    const invoked = entries.length
    const next = { retries, invokeCount: invokeCount + 1, requestId }
    const verdict = judgeResult(result, entries, { topic: deps.topic, ...policy })
    switch (verdict.kind) {
      case 'success':
        finish(entries)
        deps.record({ name: 'batch.succeeded', records: countsOf(entries), invoked, retries })
        return []
      case 'throttled':
        throttles += 1
        deps.onThrottled()
        tellTrouble(entries, retries, verdict.reason)
        deps.record({ name: 'batch.throttled', records: countsOf(entries), reason: verdict.reason })
        await pause(throttles, entries)
        return [{ entries, retries, invokeCount }]
      case 'failed':
      case 'partial': {
        throttles = 0
        const failed = verdict.kind === 'partial' ? verdict.failed : entries
        const { reason } = verdict
        if (failed.length < entries.length) {
          const failing = new Set(failed)
          finish(entries.filter((entry) => !failing.has(entry)))
        }
        if (policy.isBisecting && failed.length > 1) {
          const middle = Math.ceil(failed.length / 2)
          deps.record({ name: 'batch.split', records: countsOf(failed), invoked, reason })
          return [failed.slice(0, middle), failed.slice(middle)].map((half) => ({ ...next, entries: half }))
        }
        if (retries >= policy.maximumRetries) {
          deps.record({ name: 'batch.exhausted', records: countsOf(failed), invoked, retries, reason })
          await discard(failed, 'RetriesExhausted', next)
          return []
        }
        tellTrouble(failed, retries + 1, reason)
        deps.record({
          name: 'batch.retrying',
          records: countsOf(failed),
          invoked,
          retry: retries + 1,
          reason,
        })
        await pause(retries + 1, failed)
        return [{ ...next, entries: failed, retries: retries + 1 }]
      }
    }
  }

  /** Without the records of lost partitions, and those that cannot be read or are past their age: these go to the destination. */
  const stillDue = async ({ entries, ...rest }: Work): Promise<Work> => {
    const oldestMs = now() - policy.maximumRecordAgeMs
    const owned = entries.filter(isOwned)
    for (const [condition, rejected] of Map.groupBy(owned, ({ record }) => record.rejection)) {
      if (condition !== undefined) await discard(rejected, condition, rest)
    }
    const readable = owned.filter(({ record }) => record.rejection === undefined)
    const expired = readable.filter(({ record }) => record.timestampMs < oldestMs)
    if (expired.length > 0) await discard(expired, 'RecordAgeExceeded', rest)
    return { ...rest, entries: readable.filter(({ record }) => record.timestampMs >= oldestMs) }
  }

  if (batch.close === 'oversized') {
    await discard(batch.entries, 'MaximumPayloadSizeExceeded', { invokeCount: 0 })
    return { lastInvocationEndedMs }
  }
  // The lower half of a split is in front: the upper one waits for it, which keeps the order of the partition.
  const pending: Work[] = [{ entries: batch.entries, retries: 0, invokeCount: 0 }]
  for (let work = pending.shift(); work !== undefined; work = pending.shift()) {
    const due = await stillDue(work)
    if (stopping.aborted) break
    if (due.entries.length > 0) pending.unshift(...(await attempt(due)))
  }
  return { lastInvocationEndedMs }
}

import { interruptibleWait } from '../async/interruptible-wait.ts'
import type { RecordDetail } from '../journal/mapping-events.ts'
import type { BatchEntry } from './batch.ts'
import { countsOf, lanesOf, recordsOf, stillInFlight } from './batch.ts'
import { setFailure } from './lane.ts'
import type { Failure, SendToDestination } from './on-failure/failure.ts'

export interface DiscardDeps {
  /** Undefined without a destination: the records are lost, as on AWS. */
  readonly send: SendToDestination | undefined
  readonly retryDelayMs: (retry: number) => number
  readonly record: RecordDetail
  readonly stopping: AbortSignal
}

/** Resolves to false when the mapping stopped first; the records are then not finished. */
export type Discard = (entries: readonly BatchEntry[], failure: Failure) => Promise<boolean>

/** Discards records. Retries a destination that cannot be written until it can, because the commit follows. */
export function createDiscard({ send, retryDelayMs, record, stopping }: DiscardDeps): Discard {
  return async (discarded, failure) => {
    let entries = discarded
    for (let retry = 1; send !== undefined; retry += 1) {
      try {
        await send(recordsOf(entries), failure)
        break
      } catch (error) {
        const reason = String(error)
        record({ name: 'destination.failed', records: countsOf(entries), reason })
        for (const lane of lanesOf(entries)) {
          setFailure(lane, { kind: 'destination', retries: retry, invocations: failure.invokeCount, reason })
        }
        await interruptibleWait(retryDelayMs(retry), [stopping])
        if (stopping.aborted) return false
        entries = stillInFlight(entries)
        if (entries.length === 0) return true
      }
    }
    const offsets = entries.map((entry) => `${entry.record.partition}@${entry.record.offset}`)
    record({ name: 'batch.discarded', condition: failure.condition, offsets, isStored: send !== undefined })
    return true
  }
}

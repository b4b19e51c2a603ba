import type { BatchEntry } from './batch.ts'
import { countsOf } from './batch.ts'
import { interruptibleWait } from './interruptible-wait.ts'
import type { EventRecord } from './msk-event.ts'

/** AWS names the first as it is here in a Kafka topic's document; of `RecordAgeExceeded` only Kinesis' page speaks. */
export type DiscardCondition = 'RetriesExhausted' | 'MaximumPayloadSizeExceeded' | 'RecordAgeExceeded'

/** Writes records to the on-failure destination; resolves when all are stored. */
export type SendToDestination = (
  records: readonly EventRecord[],
  condition: DiscardCondition,
  invokeCount: number,
) => Promise<void>

export interface Deps {
  /** Undefined where the mapping has no destination: the records are lost then, as on AWS. */
  readonly send: SendToDestination | undefined
  readonly retryDelayMs: (retry: number) => number
  readonly record: (name: string, fields: Readonly<Record<string, unknown>>) => void
  readonly stopping: AbortSignal
}

/** Gives records up. A destination that cannot be written is tried again until it can, because the commit follows. */
export function createDiscard({ send, retryDelayMs, record, stopping }: Deps) {
  return async (
    entries: readonly BatchEntry[],
    condition: DiscardCondition,
    invokeCount: number,
  ): Promise<boolean> => {
    for (let retry = 1; send !== undefined; retry += 1) {
      try {
        await send(
          entries.map((entry) => entry.record),
          condition,
          invokeCount,
        )
        break
      } catch (error) {
        record('destination.failed', { records: countsOf(entries), reason: String(error) })
        await interruptibleWait(retryDelayMs(retry), [stopping])
        if (stopping.aborted) return false
      }
    }
    const offsets = entries.map((entry) => `${entry.record.partition}@${entry.record.offset}`)
    record('batch.discarded', { condition, offsets, isStored: send !== undefined })
    return true
  }
}

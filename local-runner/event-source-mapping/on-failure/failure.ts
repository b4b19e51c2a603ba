import type { DiscardCondition } from '../../journal/batch-events.ts'
import type { EventRecord } from '../msk-event/msk-event.ts'

export interface Failure {
  /** Of the last invocation; a new id when there was none. */
  readonly requestId: string
  readonly condition: DiscardCondition
  readonly invokeCount: number
}

/** Writes records to the on-failure destination; resolves when all are stored. */
export type SendToDestination = (records: readonly EventRecord[], failure: Failure) => Promise<void>

export interface OnFailure {
  readonly send: SendToDestination
  readonly stop: () => Promise<void>
}

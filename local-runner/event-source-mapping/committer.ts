import { interruptibleWait } from '../async/interruptible-wait.ts'
import type { RecordDetail } from '../journal/mapping-events.ts'
import { commitOffsetOf, type Lane, setFailure } from './lane.ts'

export interface PartitionOffset {
  readonly partition: number
  readonly offset: bigint
}

export interface CommitterDeps {
  readonly lanes: () => Iterable<Lane>
  /** One attempt, under the group generation that assigned the lanes. */
  readonly commit: (offsets: readonly PartitionOffset[]) => Promise<void>
  /** False while the member rejoins and does not know its partitions. */
  readonly isSettled: () => boolean
  readonly retryDelayMs: (retry: number) => number
  readonly record: RecordDetail
}

export interface Committer {
  /** Call it when records are finished, or the group is settled again. */
  readonly wake: () => void
  /** Commits what is finished, in at most three attempts; nothing is committed afterwards. */
  readonly close: () => Promise<void>
}

const ATTEMPTS_AT_CLOSE = 3
/** Least time between two commits; the first one after a quiet time is immediate. */
const COMMIT_INTERVAL_MS = 20

/** Commits what is finished, one request at a time; the next request takes what finished meanwhile. */
export function createCommitter({
  lanes,
  commit,
  isSettled,
  retryDelayMs,
  record,
}: CommitterDeps): Committer {
  const closing = new AbortController()
  let running: Promise<void> | undefined
  let isRunning = false
  let isDone = false

  const due = () =>
    [...lanes()]
      .filter(
        (lane) => lane.committed !== undefined && !lane.lost.aborted && commitOffsetOf(lane) > lane.committed,
      )
      .map((lane) => ({ lane, partition: lane.partition, offset: commitOffsetOf(lane) }))

  const run = async () => {
    let failures = 0
    try {
      // A turn later, so that it includes everything that finishes in this turn.
      await Promise.resolve()
      for (let next = due(); next.length > 0 && isSettled(); next = due()) {
        try {
          await commit(next)
          failures = 0
          for (const { lane, offset } of next) {
            lane.committed = offset
            if (lane.lastFailure?.kind === 'commit') lane.lastFailure = undefined
          }
          record({ name: 'offsets.committed', offsets: toFields(next) })
          await interruptibleWait(COMMIT_INTERVAL_MS, [closing.signal])
        } catch (error) {
          failures += 1
          const reason = String(error)
          record({ name: 'offsets.commit-failed', offsets: toFields(next), reason })
          for (const { lane } of next) {
            // What blocks its records is more urgent.
            if ((lane.lastFailure?.kind ?? 'commit') === 'commit')
              setFailure(lane, { kind: 'commit', retries: failures, invocations: 0, reason })
          }
          if (closing.signal.aborted && failures >= ATTEMPTS_AT_CLOSE) return
          await interruptibleWait(retryDelayMs(failures), closing.signal.aborted ? [] : [closing.signal])
        }
      }
    } finally {
      // In the same step as the last check of what is due: a wake() in between would be lost.
      isRunning = false
    }
  }

  const wake = () => {
    if (isDone || isRunning) return
    isRunning = true
    running = run()
  }

  return {
    wake,
    close: async () => {
      closing.abort()
      await running
      wake()
      await running
      isDone = true
    },
  }
}

function toFields(offsets: readonly PartitionOffset[]): Record<number, string> {
  return Object.fromEntries(offsets.map(({ partition, offset }) => [partition, offset.toString()]))
}

import { interruptibleWait } from '../async/interruptible-wait.ts'
import type { RecordDetail } from '../journal/mapping-events.ts'
import { commitOffsetOf, type Lane } from './lane.ts'

export interface PartitionOffset {
  readonly partition: number
  readonly offset: bigint
}

export interface CommitterDeps {
  readonly lanes: () => Iterable<Lane>
  /** One try, under the generation of the group that gave the lanes. */
  readonly commit: (offsets: readonly PartitionOffset[]) => Promise<void>
  /** False from the moment the member rejoins until it knows its partitions. */
  readonly isSettled: () => boolean
  readonly retryDelayMs: (retry: number) => number
  readonly record: RecordDetail
}

export interface Committer {
  /** Some records are finished, or the group is settled again. */
  readonly wake: () => void
  /** Resolves when all that is finished is committed, or could not be in three tries; nothing is committed after it. */
  readonly close: () => Promise<void>
}

const TRIES_AT_CLOSE = 3
/** Between two commits; the first one after a quiet time is not kept waiting. */
const COMMIT_INTERVAL_MS = 20

/** Commits what is finished, one request at a time; what finishes meanwhile goes with the next. */
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
      // A turn later, so that what finishes in this turn goes along.
      await Promise.resolve()
      for (let next = due(); next.length > 0 && isSettled(); next = due()) {
        try {
          await commit(next)
          failures = 0
          for (const { lane, offset } of next) lane.committed = offset
          record({ name: 'offsets.committed', offsets: toFields(next) })
          await interruptibleWait(COMMIT_INTERVAL_MS, [closing.signal])
        } catch (error) {
          failures += 1
          record({ name: 'offsets.commit-failed', offsets: toFields(next), reason: String(error) })
          if (closing.signal.aborted && failures >= TRIES_AT_CLOSE) return
          await interruptibleWait(retryDelayMs(failures), closing.signal.aborted ? [] : [closing.signal])
        }
      }
    } finally {
      // In the same step as the last look at what is due: a wake() in between would be lost.
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

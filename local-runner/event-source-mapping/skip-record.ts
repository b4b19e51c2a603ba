import { commitOffsetOf, finishIn, type Lane } from './lane.ts'

export interface SkippedPlace {
  readonly partition: number
  readonly offset: bigint
}

const recordAt = ({ inFlight, buffer }: Lane, offset: bigint) =>
  [inFlight, buffer].map((records) => records.find((record) => record.offset === offset))

/** Why the mapping cannot skip a record; undefined when it can. */
export function skipProblem(lane: Lane | undefined, { partition, offset }: SkippedPlace): string | undefined {
  if (lane === undefined || lane.lost.aborted)
    return `the mapping does not own partition ${partition} now; try again when it has joined its group`
  if (recordAt(lane, offset).some((record) => record !== undefined)) return undefined
  const reached = commitOffsetOf(lane)
  if (offset < reached) return `the group is past it: it is at ${reached}`
  if (offset >= lane.position)
    return `the mapping has not fetched it yet: it reads at ${lane.position}. If it cannot, stop the runner and run this again`
  return 'the mapping has no such record: it was skipped or filtered out, or it is a marker'
}

/**
 * Finishes a record that waits or is tried, so that it no longer holds back its partition. An invocation that has it now
 * ends first; after that it is in no further one (`stillInFlight` in batch.ts).
 */
export function skipRecord(lane: Lane, offset: bigint): void {
  const [inFlight, buffered] = recordAt(lane, offset)
  if (inFlight !== undefined) {
    finishIn(lane, new Set([inFlight]))
    lane.lastFailure = undefined
  }
  if (buffered !== undefined) {
    lane.buffer = lane.buffer.filter((record) => record !== buffered)
    lane.bufferedBytes -= buffered.jsonBytes
  }
}

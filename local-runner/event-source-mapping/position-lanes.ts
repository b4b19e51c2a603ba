import { interruptibleWait } from '../async/interruptible-wait.ts'
import type { RecordDetail } from '../journal/mapping-events.ts'
import type { GroupMember } from './group-member.ts'
import { type Lane, setFailure } from './lane.ts'
import { resolvePositions, type ResolvePositionsDeps } from './positions.ts'

export interface PositionLanesDeps extends ResolvePositionsDeps {
  readonly member: Pick<GroupMember, 'seek'>
  readonly retryDelayMs: (retry: number) => number
  /** Called when the lanes have their positions. */
  readonly onPositioned: () => void
  readonly record: RecordDetail
}

async function tryToPosition(owned: readonly Lane[], deps: PositionLanesDeps) {
  const { positions, partitionCount } = await resolvePositions(
    owned.map(({ partition }) => partition),
    deps,
  )
  for (const { partition, position, committed, highWatermark } of positions) {
    const lane = owned.find((one) => one.partition === partition)
    if (lane === undefined || lane.lost.aborted) continue
    Object.assign(lane, { position, committed: committed ?? -1n, highWatermark, lastFailure: undefined })
    if (committed === undefined) deps.member.seek(partition, position)
  }
  deps.record({
    name: 'partitions.positioned',
    partitionCount,
    positions: Object.fromEntries(positions.map(({ partition, position }) => [partition, `${position}`])),
  })
}

/** Gives lanes their positions. Never rejects: retries until the positions are known or the partitions lost. */
export async function positionLanes(lanes: readonly Lane[], deps: PositionLanesDeps): Promise<void> {
  for (let retry = 1; ; retry += 1) {
    const owned = lanes.filter(({ lost }) => !lost.aborted)
    if (owned.length === 0) return
    try {
      await tryToPosition(owned, deps)
      return deps.onPositioned()
    } catch (error) {
      const reason = String(error)
      deps.record({ name: 'offsets.unknown', reason })
      for (const lane of owned) setFailure(lane, { kind: 'offsets', retries: retry, invocations: 0, reason })
      await interruptibleWait(
        deps.retryDelayMs(retry),
        owned.map(({ lost }) => lost),
      )
    }
  }
}

import { createLane, type Lane } from './lane.ts'

export interface Assigned {
  /** Owned without interruption: their buffered records and position are still valid. */
  readonly kept: readonly Lane[]
  readonly added: readonly Lane[]
  readonly lost: readonly Lane[]
}

export interface Assignment {
  readonly lanes: ReadonlyMap<number, Lane>
  readonly assign: (partitions: readonly number[], memberId: string) => Assigned
  readonly abandonAll: () => readonly Lane[]
}

/** The partitions that this member owns now. */
export function createAssignment(elapsedMs: () => number): Assignment {
  const lanes = new Map<number, Lane>()
  let memberId: string | undefined

  const abandon = (lane: Lane) => {
    lanes.delete(lane.partition)
    lane.abandon()
    return lane
  }
  const abandonAll = () => [...lanes.values()].map(abandon)

  return {
    lanes,
    abandonAll,
    assign: (partitions, newMemberId) => {
      // A new member id means that the group had removed this member: others may have owned its partitions since.
      const expelled = newMemberId === memberId ? [] : abandonAll()
      memberId = newMemberId
      const revoked = [...lanes.values()]
        .filter(({ partition }) => !partitions.includes(partition))
        .map(abandon)
      const kept = [...lanes.values()]
      const added = partitions
        .filter((partition) => !lanes.has(partition))
        .map((partition) => createLane(partition, elapsedMs()))
      for (const lane of added) lanes.set(lane.partition, lane)
      return { kept, added, lost: [...expelled, ...revoked] }
    },
  }
}

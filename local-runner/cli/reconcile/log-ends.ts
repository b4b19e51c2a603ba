import type { Admin } from 'kafkajs'

/** Partition -> its first offset, and the one after its last; records behind an open transaction are not in it. */
export type TopicEnds = ReadonlyMap<number, { readonly low: bigint; readonly high: bigint }>
export type LogEnds = ReadonlyMap<string, TopicEnds>

export interface Group {
  readonly groupId: string
  readonly topics: readonly string[]
}

export async function readEnds(admin: Admin, topics: readonly string[]): Promise<LogEnds> {
  const entries = await Promise.all(
    topics.map(async (topic) => {
      // kafkajs asks for the last stable offset: what consumers get, and not the high watermark.
      const partitions = await admin.fetchTopicOffsets(topic)
      const ends = partitions.map(
        ({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }] as const,
      )
      return [topic, new Map(ends)] as const
    }),
  )
  return new Map(entries)
}

export const areSameEnds = (one: LogEnds, other: LogEnds): boolean =>
  [...one].every(([topic, ends]) =>
    [...ends].every(([partition, { high }]) => other.get(topic)?.get(partition)?.high === high),
  )

/** @throws error that names the topics whose oldest records are deleted */
export function requireWholeLog(ends: LogEnds): void {
  const cut = [...ends].filter(([, partitions]) => [...partitions.values()].some(({ low }) => low > 0n))
  if (cut.length === 0) return
  const names = cut.map(([topic]) => topic).join(' and ')
  throw new Error(
    `The oldest records of ${names} are deleted already (retention.ms), so the log does not show what was sold before. ` +
      'Nothing was changed. Restore Redis from a snapshot that is not older than the retention, and keep the topic for longer.',
  )
}

/** Records that each group has not committed yet; only groups that have any. */
export async function readLag(
  admin: Admin,
  groups: readonly Group[],
  ends: LogEnds,
): Promise<ReadonlyMap<string, bigint>> {
  const lags = await Promise.all(
    groups.map(async ({ groupId, topics }) => {
      const known = topics.filter((topic) => ends.has(topic))
      const committed = await admin.fetchOffsets({ groupId, topics: [...known] })
      const lag = committed
        .flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => {
            const { low, high } = ends.get(topic)?.get(partition) ?? { low: 0n, high: 0n }
            const position = BigInt(offset) < low ? low : BigInt(offset)
            return high > position ? high - position : 0n
          }),
        )
        .reduce((sum, behind) => sum + behind, 0n)
      return [groupId, lag] as const
    }),
  )
  return new Map(lags.filter(([, lag]) => lag > 0n))
}

import { AssignerProtocol, type Cluster, type PartitionAssigner } from 'kafkajs'

export interface Subscriber {
  readonly memberId: string
  readonly topics: readonly string[]
}
/** Partitions by topic, by member. Every member has an entry. */
export type Shares = ReadonlyMap<string, Readonly<Record<string, number[]>>>
type Share = (subscribers: readonly Subscriber[], partitionCounts: ReadonlyMap<string, number>) => Shares

const inOrder = <Value>(values: Iterable<Value>, textOf: (value: Value) => string) =>
  [...values].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1))

function emptyShares(subscribers: readonly Subscriber[]) {
  const shares = new Map<string, Record<string, number[]>>(subscribers.map(({ memberId }) => [memberId, {}]))
  const give = (memberId: string, topic: string, partitions: readonly number[]) => {
    const share = shares.get(memberId)
    if (share !== undefined) share[topic] = [...(share[topic] ?? []), ...partitions]
  }
  return { shares, give }
}

/** Kafka's RangeAssignor: of each topic, each subscriber takes one run of partitions, the first ones the longer. */
export const shareRanges: Share = (members, partitionCounts) => {
  const subscribers = inOrder(members, ({ memberId }) => memberId)
  const { shares, give } = emptyShares(subscribers)
  for (const [topic, count] of partitionCounts) {
    const ofTopic = subscribers.filter(({ topics }) => topics.includes(topic))
    const [least, longer] = [Math.floor(count / ofTopic.length), count % ofTopic.length]
    let next = 0
    for (const [index, { memberId }] of ofTopic.entries()) {
      const length = index < longer ? least + 1 : least
      if (length > 0)
        give(
          memberId,
          topic,
          Array.from({ length }, (_, position) => next + position),
        )
      next += length
    }
  }
  return shares
}

/** Kafka's RoundRobinAssignor: the partitions of all topics in turn, each to the next member that subscribes to its topic. */
export const shareInTurn: Share = (members, partitionCounts) => {
  const subscribers = inOrder(members, ({ memberId }) => memberId)
  const { shares, give } = emptyShares(subscribers)
  let turn = 0
  for (const [topic, count] of inOrder(partitionCounts, ([name]) => name)) {
    if (!subscribers.some(({ topics }) => topics.includes(topic))) continue
    for (let partition = 0; partition < count; partition += 1) {
      const atTurn = () => subscribers[turn++ % subscribers.length]
      let next = atTurn()
      while (next?.topics.includes(topic) === false) next = atTurn()
      if (next !== undefined) give(next.memberId, topic, [partition])
    }
  }
  return shares
}

/** The leader assigns for all, also topics that it does not read itself. A topic that does not exist has no partitions. */
async function countPartitions(cluster: Cluster, topics: ReadonlySet<string>) {
  const counts = new Map<string, number>()
  for (const topic of topics) {
    await cluster.addTargetTopic(topic).catch(() => undefined)
    const { length } = cluster.findTopicPartitionMetadata(topic)
    if (length > 0) counts.set(topic, length)
  }
  return counts
}

const assigner =
  (name: string, share: Share): PartitionAssigner =>
  ({ cluster }) => ({
    name,
    version: 0,
    protocol: ({ topics }) => ({
      name,
      metadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
    }),
    assign: async ({ members }) => {
      const subscribers = members.map(({ memberId, memberMetadata }) => ({
        memberId,
        topics: AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
      }))
      const topics = new Set(subscribers.flatMap((one) => one.topics))
      const shares = share(subscribers, await countPartitions(cluster, topics))
      return [...shares].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 0,
          assignment,
          userData: Buffer.alloc(0),
        }),
      }))
    },
  })

/**
 * Kafka's assigners under Kafka's names, so that Java and librdkafka clients can be members of the same group; kafkajs has only
 * one, under a name of its own. That name comes last, for kafkajs clients and earlier versions of the runner. The group uses
 * the first one that all members know.
 */
export const PARTITION_ASSIGNERS: readonly PartitionAssigner[] = [
  assigner('range', shareRanges),
  assigner('roundrobin', shareInTurn),
  assigner('RoundRobinAssigner', shareInTurn),
]

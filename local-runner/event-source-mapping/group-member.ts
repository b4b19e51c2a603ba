import { setTimeout as delay } from 'node:timers/promises'
import type { EachBatchPayload, Kafka, PartitionAssigner } from 'kafkajs'
import { PARTITION_ASSIGNERS } from '../kafka/kafkajs/assigners.ts'
import type { PartitionOffset } from './committer.ts'

export interface GroupMemberDeps {
  readonly kafka: Kafka
  readonly groupId: string
  readonly topic: string
  readonly sessionTimeoutMs: number
  readonly metadataMaxAgeMs: number
  /** Called when the member joins or rejoins: what it owns is unknown until `onJoined`. */
  readonly onJoining: () => void
  readonly onCrash: (error: Error) => void
  readonly onSignOfLife: () => void
  /** Called when the group has answered that this member still belongs to it. */
  readonly onHeartbeat: () => void
}

/** A batch without a record, which kafkajs does not deliver: it came empty, or all were aborted or are markers. */
export interface Passed {
  readonly partition: number
  readonly nextOffset: bigint
  readonly highWatermark: bigint
}

/** Listeners that call the member, so they can only be made after it. */
export interface MemberListeners {
  /** Called before the next fetch, so a `seek` in it sets where that fetch starts. */
  readonly onJoined: (partitions: readonly number[], memberId: string) => void
  readonly onBatch: (payload: EachBatchPayload) => Promise<void>
  readonly onPassed: (passed: Passed) => void
}

export interface GroupMember {
  readonly start: (listeners: MemberListeners) => Promise<void>
  readonly stop: () => Promise<void>
  readonly seek: (partition: number, offset: bigint) => void
  readonly pause: (partition: number) => void
  readonly resume: (partition: number) => void
  readonly pauseAll: () => void
  readonly commit: (offsets: readonly PartitionOffset[]) => Promise<void>
}

/** kafkajs has no hook for "about to join", but it asks each assigner for its protocol at that moment. */
const announcing =
  (onJoining: () => void) =>
  (create: PartitionAssigner): PartitionAssigner =>
  (config) => {
    const assigner = create(config)
    return {
      ...assigner,
      protocol: (subscription) => {
        onJoining()
        return assigner.protocol(subscription)
      },
    }
  }

/** Least time from one fetch to the next, so that records which arrive one by one are fetched together. The first fetch
 * after a quiet time is immediate. A request costs about 1 ms of CPU, here and in the broker. */
const FETCH_INTERVAL_MS = 10
/** More than a fetch has partitions: all are handled at once and pause together. */
const PARTITIONS_AT_ONCE = 64

/** One kafkajs consumer in the group. It never restarts by itself: after `onCrash` it is finished. */
export function createGroupMember(deps: GroupMemberDeps): GroupMember {
  const { kafka, groupId, topic } = deps
  const consumer = kafka.consumer({
    groupId,
    partitionAssigners: PARTITION_ASSIGNERS.map(announcing(deps.onJoining)),
    sessionTimeout: deps.sessionTimeoutMs,
    heartbeatInterval: Math.floor(deps.sessionTimeoutMs / 3),
    rebalanceTimeout: deps.sessionTimeoutMs,
    metadataMaxAge: deps.metadataMaxAgeMs,
    // A resumed partition waits this long while others are polled, and so does stop(). One busy partition beside idle
    // ones reached 11,000 records/s with 500, and 22,000 with 250, which costs 2 ms of idle CPU per second.
    maxWaitTimeInMs: 250,
    // As stored: unpacked it may be a hundred times as much, and all of a fetch is unpacked at once. The broker sends a larger
    // batch all the same.
    maxBytesPerPartition: 128 * 1024,
    allowAutoTopicCreation: false,
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2000, restartOnFailure: async () => false },
  })
  let fetchStartedMs = -Infinity
  let pause: Promise<void> | undefined
  const untilNextFetch = async () => {
    const pauseMs = fetchStartedMs + FETCH_INTERVAL_MS - performance.now()
    if (pauseMs <= 0) return
    pause ??= delay(pauseMs).finally(() => {
      pause = undefined
    })
    await pause
  }
  let commitOnce: EachBatchPayload['commitOffsetsIfNecessary'] | undefined

  // Before joining and after a stop or a crash, kafkajs throws on seek, pause and resume; none is needed then.
  let isJoined = false
  const whileJoined = (action: () => void) => {
    if (isJoined) action()
  }

  consumer.on(consumer.events.STOP, () => {
    isJoined = false
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => deps.onCrash(payload.error))
  consumer.on(consumer.events.FETCH_START, () => {
    fetchStartedMs = performance.now()
  })
  consumer.on(consumer.events.FETCH, () => deps.onSignOfLife())
  consumer.on(consumer.events.HEARTBEAT, () => {
    deps.onSignOfLife()
    deps.onHeartbeat()
  })

  return {
    start: async ({ onJoined, onBatch, onPassed }) => {
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        isJoined = true
        deps.onSignOfLife()
        onJoined(payload.memberAssignment[topic] ?? [], payload.memberId)
      })
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
        const { partition, lastOffset, highWatermark, batchSize } = payload
        if (batchSize === 0)
          onPassed({
            partition,
            nextOffset: BigInt(lastOffset) + 1n,
            highWatermark: BigInt(highWatermark),
          })
      })
      await consumer.connect()
      // The real starting position is set on joining; until then starting at the oldest record loses nothing.
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: async (payload) => {
          commitOnce = (offsets) => payload.commitOffsetsIfNecessary(offsets)
          await onBatch(payload)
          await untilNextFetch()
        },
      })
    },
    stop: () => consumer.disconnect(),
    seek: (partition, offset) =>
      whileJoined(() => consumer.seek({ topic, partition, offset: offset.toString() })),
    pause: (partition) => whileJoined(() => consumer.pause([{ topic, partitions: [partition] }])),
    resume: (partition) => whileJoined(() => consumer.resume([{ topic, partitions: [partition] }])),
    pauseAll: () => whileJoined(() => consumer.pause([{ topic }])),
    commit: async (offsets) => {
      const partitions = offsets.map(({ partition, offset }) => ({ partition, offset: offset.toString() }))
      // consumer.commitOffsets() retries a failed commit, perhaps in a later generation in which somebody else owns the
      // partition. The function from eachBatch tries once, but exists only after the first batch.
      if (commitOnce !== undefined) await commitOnce({ topics: [{ topic, partitions }] })
      else await consumer.commitOffsets(partitions.map((partition) => ({ topic, ...partition })))
    },
  }
}

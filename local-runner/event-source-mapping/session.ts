import type { Admin, Kafka } from 'kafkajs'
import type { RecordDetail } from '../journal/mapping-events.ts'
import type { Assignment } from './assignment.ts'
import { createGroupMember, type GroupMember } from './group-member.ts'
import { createIntake, type IntakeDeps } from './intake.ts'
import type { Lane } from './lane.ts'
import type { KafkaTrigger } from './parameters.ts'
import { positionLanes } from './position-lanes.ts'
import { isInLog } from './positions.ts'
import { createDecoder } from './schema-registry/decoder.ts'
import { createRegistryClient } from './schema-registry/registry-client.ts'

export interface SessionDeps {
  readonly kafka: Kafka
  readonly trigger: KafkaTrigger
  readonly topic: string
  readonly assignment: Assignment
  readonly intake: Pick<IntakeDeps, 'passes' | 'toRecord' | 'onBuffered' | 'onFetched'>
  readonly sessionTimeoutMs: number
  readonly metadataMaxAgeMs: number
  readonly retryDelayMs: (retry: number) => number
  /** Called when partitions were assigned, and again when their offsets are known. */
  readonly onSettled: () => void
  readonly record: RecordDetail
  /** Monotonic ms. */
  readonly elapsedMs: () => number
}

export interface Session {
  readonly start: () => Promise<void>
  /** Resolves with the reason when the consumer has crashed. */
  readonly crashed: Promise<Error>
  readonly isSettled: () => boolean
  readonly commit: GroupMember['commit']
  readonly onTaken: (lane: Lane) => void
  readonly stopFetching: () => void
  /** Leaves the group and disconnects. Never rejects. */
  readonly stop: () => Promise<void>
}

/** kafkajs can stop silently (tulios/kafkajs#1441); a live member fetches or sends a heartbeat every few seconds. */
const SILENCE_LIMIT_MS = 60_000
const SILENCE_CHECK_MS = 5_000

const partitionsOf = (lanes: readonly Lane[]) => lanes.map(({ partition }) => partition)

/** Without this the lag of a paused partition would stand still, because no fetch updates it. */
async function refreshHighWatermarks(lanes: Assignment['lanes'], admin: Admin, topic: string) {
  if (![...lanes.values()].some(({ paused }) => paused)) return
  for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
    const lane = lanes.get(partition)
    // kafkajs asks for the end of what is committed, a fetch tells that of the log.
    if (lane !== undefined && BigInt(high) > lane.highWatermark) lane.highWatermark = BigInt(high)
  }
}

function decoderOf({ schemaRegistryConfig: config }: KafkaTrigger) {
  if (config === undefined) return undefined
  return createDecoder({ config, findSchema: createRegistryClient(config.schemaRegistryURI) })
}

/** One membership of the group, from joining to leaving or crashing. */
export function createSession(deps: SessionDeps): Session {
  const { kafka, trigger, topic, assignment, retryDelayMs, onSettled, record, elapsedMs } = deps
  const { lanes } = assignment
  const admin = kafka.admin()
  const crash = Promise.withResolvers<Error>()
  let isSettled = false
  let lastSignOfLifeMs = elapsedMs()
  let watchdog: NodeJS.Timeout | undefined
  let expiry: NodeJS.Timeout | undefined

  /** The group removes a member that it has not heard of for this time, and may give its partitions to others. */
  const renewMembership = () => {
    clearTimeout(expiry)
    expiry = setTimeout(
      () => crash.resolve(new Error(`no heartbeat was answered for ${deps.sessionTimeoutMs} ms`)),
      deps.sessionTimeoutMs,
    ).unref()
  }

  const member = createGroupMember({
    ...deps,
    groupId: trigger.consumerGroupId,
    onJoining: () => {
      isSettled = false
      // How long the others take to join is their affair, and no member owns anything meanwhile.
      clearTimeout(expiry)
    },
    onCrash: crash.resolve,
    onSignOfLife: () => {
      lastSignOfLifeMs = elapsedMs()
    },
    onHeartbeat: renewMembership,
  })
  const intake = createIntake({
    ...deps.intake,
    member,
    lanes,
    decoder: decoderOf(trigger),
    retryDelayMs,
    batchSize: trigger.batchSize,
    record,
  })

  const onJoined = (partitions: readonly number[], memberId: string) => {
    const { kept, added, lost } = assignment.assign(partitions, memberId)
    isSettled = true
    renewMembership()
    // kafkajs would return to the committed offsets and so deliver records in flight or buffered twice.
    for (const lane of kept) if (lane.committed !== undefined) member.seek(lane.partition, lane.position)
    // kafkajs keeps the pause of a partition that was lost and is assigned again.
    for (const { partition } of added) member.resume(partition)
    const positioned = positionLanes(added, {
      ...deps,
      admin,
      member,
      isInLog: (place) => isInLog(kafka, place),
      onPositioned: onSettled,
    })
    for (const lane of added) lane.positioned = positioned
    record({
      name: 'partitions.assigned',
      memberId,
      partitions,
      added: partitionsOf(added),
      lost: partitionsOf(lost),
    })
    onSettled()
  }

  const watch = () => {
    refreshHighWatermarks(lanes, admin, topic).catch((error: unknown) =>
      record({ name: 'lag.unknown', reason: String(error) }),
    )
    const silentMs = elapsedMs() - lastSignOfLifeMs
    if (silentMs > SILENCE_LIMIT_MS)
      crash.resolve(new Error(`the consumer gave no sign of life for ${Math.round(silentMs)} ms`))
  }

  return {
    crashed: crash.promise,
    isSettled: () => isSettled,
    commit: member.commit,
    onTaken: intake.onTaken,
    start: async () => {
      lastSignOfLifeMs = elapsedMs()
      watchdog = setInterval(watch, SILENCE_CHECK_MS)
      await admin.connect()
      await member.start({ onJoined, onBatch: intake.onBatch, onPassed: intake.onPassed })
    },
    stopFetching: intake.close,
    stop: async () => {
      clearInterval(watchdog)
      clearTimeout(expiry)
      isSettled = false
      // kafkajs waits for the batch that it handles, and that waits for room in the lanes.
      intake.close()
      const results = await Promise.allSettled([member.stop(), admin.disconnect()])
      for (const result of results) {
        if (result.status === 'rejected')
          record({ name: 'consumer.stop-failed', reason: String(result.reason) })
      }
    },
  }
}

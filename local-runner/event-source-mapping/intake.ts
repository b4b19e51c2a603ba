import type { Batch, EachBatchPayload } from 'kafkajs'
import { interruptibleWait } from '../async/interruptible-wait.ts'
import { unreadableIn } from '../kafka/kafkajs/unreadable-batches.ts'
import { fillLane, type FillLaneDeps } from './fill-lane.ts'
import type { GroupMember, Passed } from './group-member.ts'
import { commitOffsetOf, type Lane, setFailure } from './lane.ts'
import { oncePerTurn } from './once-per-turn.ts'
import type { Decoder } from './schema-registry/decoder.ts'

export interface IntakeDeps extends FillLaneDeps {
  readonly lanes: ReadonlyMap<number, Lane>
  readonly member: Pick<GroupMember, 'pause' | 'resume' | 'pauseAll'>
  readonly retryDelayMs: (retry: number) => number
  readonly batchSize: number
  /** Called after records were buffered or filtered out. */
  readonly onBuffered: () => void
}

export interface Intake {
  readonly onBatch: (payload: EachBatchPayload) => Promise<void>
  readonly onPassed: (passed: Passed) => void
  /** Call it after records left the lane's buffer, so that it may fetch again. */
  readonly onTaken: (lane: Lane) => void
  /** Fetches no more records; heartbeats go on. */
  readonly close: () => void
}

/** At least two batches, and enough for the half second that a fetch of the other partitions may take. */
const MIN_BUFFERED_RECORDS = 4000
/** More than the largest event, for a mapping that has one partition. */
const MAX_BUFFERED_BYTES = 8_000_000
/** Of all partitions of a mapping; each has its share, and at least what one fetch of it may bring. */
const MAX_TOTAL_BUFFERED_BYTES = 24_000_000
const MIN_BUFFERED_BYTES = 1_000_000
const HEARTBEAT_CHECK_MS = 500

/** Waits inside eachBatch, where kafkajs sends no heartbeats itself. Rejects when the group rebalances. */
async function waitWithHeartbeats(awaited: Promise<void>, heartbeat: () => Promise<void>) {
  let isSettled = false
  const settled = awaited.then(() => {
    isSettled = true
  })
  while (!isSettled) {
    const { promise: tick, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, HEARTBEAT_CHECK_MS)
    try {
      await Promise.race([settled, tick])
    } finally {
      clearTimeout(timer)
    }
    await heartbeat()
  }
}

/** Moves fetched records into their lanes and pauses a lane that is full. */
export function createIntake(deps: IntakeDeps): Intake {
  const { lanes, member, decoder, retryDelayMs, batchSize, record } = deps
  const maxRecords = Math.max(2 * batchSize, MIN_BUFFERED_RECORDS)
  /** After all partitions of a fetch, so that a batch can hold records of all of them. */
  const notifyBuffered = oncePerTurn(deps.onBuffered)
  /** How often in a row a partition could not be read. */
  const unreadable = new WeakMap<Lane, number>()
  let room = Promise.withResolvers<void>()
  let isClosed = false

  const maxBytes = () =>
    Math.min(MAX_BUFFERED_BYTES, Math.max(MIN_BUFFERED_BYTES, MAX_TOTAL_BUFFERED_BYTES / lanes.size))
  const isFull = ({ buffer, bufferedBytes }: Lane) =>
    buffer.length >= maxRecords || bufferedBytes >= maxBytes()
  const hasRoom = ({ buffer, bufferedBytes }: Lane) =>
    buffer.length <= maxRecords / 2 && bufferedBytes <= maxBytes() / 2
  const isAllPaused = () => !isClosed && lanes.size > 0 && [...lanes.values()].every(({ paused }) => paused)

  /** Retries until the schemas are loaded or the records no longer needed. Never rejects. */
  const prepare = async ({ prepare: loadSchemas }: Decoder, lane: Lane, { messages }: Batch) => {
    for (let retry = 1; !isClosed && !lane.lost.aborted; retry += 1) {
      try {
        await loadSchemas(messages)
        if (retry > 1) lane.lastFailure = undefined
        return
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        setFailure(lane, { kind: 'schema-registry', retries: retry, invocations: 0, reason })
        record({ name: 'schema-registry.failed', partition: lane.partition, reason })
        await interruptibleWait(retryDelayMs(retry), [lane.lost])
      }
    }
  }

  /** Fetches the partition again after a delay that grows. Until then the others go on. */
  const block = (lane: Lane, { message: reason }: Error) => {
    const { partition } = lane
    const retries = (unreadable.get(lane) ?? 0) + 1
    unreadable.set(lane, retries)
    record({ name: 'partition.unreadable', partition, reason })
    // What was fetched before comes first.
    if (commitOffsetOf(lane) === lane.position)
      setFailure(lane, { kind: 'unreadable', retries, invocations: 0, reason })
    member.pause(partition)
    void interruptibleWait(retryDelayMs(retries), [lane.lost]).then(() => {
      if (!isClosed && !lane.lost.aborted) member.resume(partition)
    })
  }

  const unblock = (lane: Lane) => {
    if (unreadable.delete(lane)) lane.lastFailure = undefined
  }

  return {
    onBatch: async (payload) => {
      const { batch } = payload
      const heartbeat = () => payload.heartbeat()
      const lane = lanes.get(batch.partition)
      if (lane === undefined) return
      await waitWithHeartbeats(lane.positioned, heartbeat)
      if (decoder !== undefined) await waitWithHeartbeats(prepare(decoder, lane, batch), heartbeat)
      if (isClosed || lane.lost.aborted || !payload.isRunning() || payload.isStale()) return
      const error = unreadableIn(batch)
      if (error !== undefined) return block(lane, error)
      const failed = fillLane(lane, batch, deps)
      payload.resolveOffset((lane.position - 1n).toString())
      notifyBuffered()
      if (failed !== undefined) return block(lane, failed)
      unblock(lane)
      if (isFull(lane)) {
        lane.paused = true
        member.pause(lane.partition)
        record({ name: 'fetching.paused', partition: lane.partition, buffered: lane.buffer.length })
      }
      // With every partition paused, kafkajs would sleep for half a second and miss the first resume.
      while (isAllPaused()) await waitWithHeartbeats(room.promise, heartbeat)
    },
    onPassed: ({ partition, nextOffset, highWatermark }) => {
      const lane = lanes.get(partition)
      void lane?.positioned.then(() => {
        lane.highWatermark = highWatermark
        // Nothing was passed. It is also said of a batch that cannot be read.
        if (nextOffset <= lane.position) return
        unblock(lane)
        lane.position = nextOffset
        notifyBuffered()
      })
    },
    onTaken: (lane) => {
      if (!lane.paused || isClosed || lane.lost.aborted || !hasRoom(lane)) return
      lane.paused = false
      member.resume(lane.partition)
      room.resolve()
      room = Promise.withResolvers()
    },
    close: () => {
      isClosed = true
      member.pauseAll()
      room.resolve()
    },
  }
}

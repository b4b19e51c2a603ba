import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import type { RecordDetail } from '../journal/mapping-events.ts'
import { createCommitter } from './committer.ts'
import { createDiscard } from './discard.ts'
import { createDispatcher } from './dispatcher.ts'
import { lagOf, type Lane } from './lane.ts'
import type { MappingSettings } from './mapping-settings.ts'
import { MAX_PAYLOAD_BYTES, type MskEventFormat } from './msk-event/msk-event.ts'
import { createOnFailure } from './on-failure/on-failure.ts'
import { createPollers } from './pollers.ts'
import { toRetryPolicy } from './retry-policy.ts'
import { runBatch, type RunBatchDeps } from './run-batch.ts'
import type { Session } from './session.ts'
import { type SkippedPlace, skipProblem, skipRecord } from './skip-record.ts'

export interface DeliveryDeps {
  readonly settings: MappingSettings
  readonly lanes: ReadonlyMap<number, Lane>
  readonly format: MskEventFormat
  /** The current membership of the group; undefined while there is none. */
  readonly session: () => Session | undefined
  /** For the on-failure destination. */
  readonly createKafka: () => Kafka
  readonly record: RecordDetail
}

export interface Delivery {
  /** Records were buffered, or partitions were assigned. */
  readonly wake: () => void
  /** Why a record cannot be skipped; undefined when it can. */
  readonly skipProblem: (place: SkippedPlace) => string | undefined
  /** Moves past one record that waits or fails. @returns why not, if it cannot */
  readonly skip: (place: SkippedPlace) => string | undefined
  readonly start: () => void
  /** Finishes and commits the invocations in flight; retries nothing. */
  readonly finish: () => Promise<void>
  /** Disconnects from the on-failure destination. */
  readonly disconnect: () => Promise<void>
  readonly pollerCount: () => number
  readonly batchesInFlight: () => number
}

/** From the lanes to the function: forms batches, invokes, commits what is finished. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { settings, lanes, format, session, createKafka, record } = deps
  const { trigger, topic, windowMs, retryDelayMs, now, elapsedMs } = settings
  const stopping = new AbortController()
  const isSettled = () => session()?.isSettled() ?? false
  const committer = createCommitter({
    lanes: () => lanes.values(),
    commit: (offsets) => session()?.commit(offsets) ?? Promise.reject(new Error('not in the group')),
    isSettled,
    retryDelayMs,
    record,
  })
  const pollers = createPollers({
    config: trigger.provisionedPollerConfig,
    partitionCount: () => lanes.size,
    lag: () => [...lanes.values()].reduce((sum, lane) => sum + lagOf(lane), 0),
    evaluateEveryMs: settings.pollersEveryMs,
    record,
  })
  const onFailure = createOnFailure({
    ...settings,
    destination: trigger.destinationConfig?.onFailure.destination,
    toPayload: format.toPayload,
    createKafka,
    record,
  })
  const runDeps: Omit<RunBatchDeps, 'onDelayed'> = {
    topic,
    policy: toRetryPolicy(trigger),
    toPayload: format.toPayload,
    invoke: settings.invoke,
    discard: createDiscard({ send: onFailure?.send, retryDelayMs, record, stopping: stopping.signal }),
    newRequestId: randomUUID,
    onFinished: committer.wake,
    onThrottled: pollers.onThrottled,
    retryDelayMs,
    record,
    now,
    elapsedMs,
    stopping: stopping.signal,
  }
  const dispatcher = createDispatcher({
    lanes: () => lanes,
    isSettled,
    limits: { ...format, batchSize: trigger.batchSize, windowMs, maxPayloadBytes: MAX_PAYLOAD_BYTES },
    maxConcurrency: pollers.maxConcurrency,
    isProvisioned: trigger.provisionedPollerConfig !== undefined,
    runBatch: (batch, progress) => runBatch(batch, { ...runDeps, ...progress }),
    onTaken: (lane) => session()?.onTaken(lane),
    onSettled: committer.wake,
    record,
    now,
    elapsedMs,
  })
  const wake = () => {
    dispatcher.wake()
    committer.wake()
  }
  return {
    wake,
    skipProblem: (place) => skipProblem(lanes.get(place.partition), place),
    skip: (place) => {
      const lane = lanes.get(place.partition)
      const problem = skipProblem(lane, place)
      if (lane === undefined || problem !== undefined) return problem
      skipRecord(lane, place.offset)
      record({ name: 'record.skipped', offsets: [`${place.partition}@${place.offset}`] })
      session()?.onTaken(lane)
      wake()
      return undefined
    },
    start: () => pollers.start({ batchesInFlight: dispatcher.inFlight, onScaled: dispatcher.wake }),
    finish: async () => {
      stopping.abort()
      pollers.stop()
      await dispatcher.close()
      await committer.close()
    },
    disconnect: async () => onFailure?.stop(),
    pollerCount: pollers.count,
    batchesInFlight: dispatcher.inFlight,
  }
}

import { randomUUID } from 'node:crypto'
import type { Invoke } from '../invocation.ts'
import type { RecordEvent } from '../journal.ts'
import { createAssignment } from './assignment.ts'
import { createCommitter } from './committer.ts'
import { createDiscard } from './discard.ts'
import { createDispatcher } from './dispatcher.ts'
import { createRecordFilter } from './filter-criteria.ts'
import { createKafkaClient } from './kafka-client.ts'
import { mappingIdOf } from './mapping-id.ts'
import { toPartitionState, type MappingState } from './mapping-state.ts'
import { createMskEventFormat, MAX_PAYLOAD_BYTES } from './msk-event.ts'
import { createOnFailure } from './on-failure.ts'
import type { KafkaTrigger } from './parameters.ts'
import { backoffMs, toRetryPolicy } from './retry-policy.ts'
import { runBatch } from './run-batch.ts'
import { createSession } from './session.ts'
import { createSupervisor } from './supervisor.ts'
import { createSystemLog } from './system-log.ts'

export interface MappingDeps {
  readonly functionName: string
  readonly functionArn: string
  readonly parameters: KafkaTrigger
  readonly kafkaBrokers: readonly string[]
  readonly invoke: Invoke
  /** Absolute: where the files lie that stand for SQS, SNS and S3. */
  readonly destinationsDirectory: string
  readonly record: RecordEvent
  /** Epoch ms. */
  readonly now?: () => number
  readonly random?: () => number
  /** Pause before the n-th retry of a batch, a commit, a destination or a connection. */
  readonly retryDelayMs?: (retry: number) => number
  /** How long the group waits for a member that was killed. */
  readonly sessionTimeoutMs?: number
  /** How old the list of partitions may get: a new partition is found so late. */
  readonly metadataMaxAgeMs?: number
}

export interface EventSourceMapping {
  /** Resolves when the group is joined for the first time, or stop() is called; keeps trying until then. */
  readonly start: () => Promise<void>
  /** Finishes and commits the invocations under way, retries nothing, leaves the group. */
  readonly stop: () => Promise<void>
  readonly state: () => MappingState
}

const DEFAULT_WINDOW_MS = 500
/** Each poller runs up to five invocations at once (kafka-scaling-modes). On demand we stay with one poller: AWS
 * does not say with how many it starts. */
const INVOCATIONS_PER_POLLER = 5
const ON_DEMAND_POLLERS = 1
const SESSION_TIMEOUT_MS = 10_000
const METADATA_MAX_AGE_MS = 60_000

function windowMsOf({ maximumBatchingWindowInSeconds: seconds }: KafkaTrigger): number {
  return seconds === undefined ? DEFAULT_WINDOW_MS : seconds * 1000
}

/** Polls one topic for one function, as AWS's MSK event source mapping does (`lambda-msk.md` section 2). */
export function createEventSourceMapping(deps: MappingDeps): EventSourceMapping {
  const { functionName, parameters: trigger, kafkaBrokers, now = Date.now, random = Math.random } = deps
  const { retryDelayMs = (retry: number) => backoffMs(retry, random) } = deps
  const { sessionTimeoutMs = SESSION_TIMEOUT_MS, metadataMaxAgeMs = METADATA_MAX_AGE_MS } = deps
  const [topic = ''] = trigger.topics
  const { consumerGroupId } = trigger
  const windowMs = windowMsOf(trigger)
  const bootstrapServers = kafkaBrokers.join(',')
  const systemLog = createSystemLog({
    level: trigger.loggingConfig?.systemLogLevel,
    mappingId: mappingIdOf(functionName, consumerGroupId, topic),
    topic,
    consumerGroupId,
    bootstrapServers,
    lanes: () => lanes.values(),
    write: (line) => deps.record({ name: 'mapping.log', functionName, ...line }),
    now,
  })
  const record = (name: string, fields: Readonly<Record<string, unknown>>) => {
    deps.record({ ...fields, name, functionName, consumerGroupId, topic })
    systemLog.read(name, fields)
  }
  const createKafka = () =>
    createKafkaClient({ clientId: `event-source-mapping-${functionName}`, brokers: kafkaBrokers, record })

  const stopping = new AbortController()
  const firstJoin = Promise.withResolvers<void>()
  const { toRecord, toPayload, emptyBytes, partitionBytes } = createMskEventFormat(topic, bootstrapServers)
  const assignment = createAssignment(now)
  const { lanes } = assignment
  let isStopped = false
  let hasJoined = false
  let recordsFetched = 0
  let recordsFiltered = 0

  const statusOf = (): MappingState['status'] => {
    if (!trigger.enabled) return 'disabled'
    if (isStopped) return 'stopped'
    if (supervisor.session()?.isSettled()) return 'polling'
    return hasJoined ? 'rejoining' : 'starting'
  }

  const onFailure = createOnFailure({
    trigger,
    topic,
    createKafka,
    bootstrapServers,
    toPayload,
    destinationsDirectory: deps.destinationsDirectory,
    record,
    now,
    functionArn: deps.functionArn,
  })
  const discard = createDiscard({ send: onFailure?.send, retryDelayMs, record, stopping: stopping.signal })
  const committer = createCommitter({
    lanes: () => lanes.values(),
    commit: (offsets) =>
      supervisor.session()?.commit(offsets) ?? Promise.reject(new Error('not in the group')),
    isSettled: () => supervisor.session()?.isSettled() ?? false,
    retryDelayMs,
    record,
  })
  const wake = () => {
    dispatcher.wake()
    committer.wake()
  }
  const dispatcher = createDispatcher({
    lanes: () => lanes,
    limits: {
      batchSize: trigger.batchSize,
      windowMs,
      maxPayloadBytes: MAX_PAYLOAD_BYTES,
      emptyBytes,
      partitionBytes,
    },
    maxConcurrency:
      INVOCATIONS_PER_POLLER * (trigger.provisionedPollerConfig?.maximumPollers ?? ON_DEMAND_POLLERS),
    isProvisioned: trigger.provisionedPollerConfig !== undefined,
    runBatch: (batch) =>
      runBatch(batch, {
        topic,
        policy: toRetryPolicy(trigger),
        toPayload,
        invoke: deps.invoke,
        discard,
        newRequestId: randomUUID,
        onFinished: () => committer.wake(),
        retryDelayMs,
        record,
        now,
        stopping: stopping.signal,
      }),
    onTaken: (lane) => supervisor.session()?.onTaken(lane),
    onSettled: () => committer.wake(),
    record,
    now,
  })

  const openSession = () =>
    createSession({
      kafka: createKafka(),
      trigger,
      topic,
      assignment,
      intake: {
        passes: createRecordFilter((trigger.filterCriteria?.filters ?? []).map(({ pattern }) => pattern)),
        toRecord,
        onBuffered: wake,
        onFetched: (records, filtered) => {
          recordsFetched += records
          recordsFiltered += filtered
        },
      },
      sessionTimeoutMs,
      metadataMaxAgeMs,
      retryDelayMs,
      onSettled: () => {
        hasJoined = true
        firstJoin.resolve()
        wake()
      },
      record,
      now,
    })

  const supervisor = createSupervisor({ openSession, assignment, retryDelayMs, record })

  return {
    start: async () => {
      if (!trigger.enabled) return
      systemLog.start()
      supervisor.start()
      await firstJoin.promise
    },
    stop: async () => {
      stopping.abort()
      supervisor.session()?.stopFetching()
      await dispatcher.close()
      await committer.close()
      isStopped = true
      await Promise.all([supervisor.stop(), onFailure?.stop()])
      systemLog.stop()
      firstJoin.resolve()
    },
    state: () => {
      const status = statusOf()
      const partitions = [...lanes.values()].map((lane) => toPartitionState(lane, windowMs, now()))
      return {
        status,
        isReady: status === 'disabled' || status === 'polling',
        partitions,
        lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
        batchesInFlight: dispatcher.inFlight(),
        recordsFetched,
        recordsFiltered,
        lastError: supervisor.lastError(),
      }
    },
  }
}

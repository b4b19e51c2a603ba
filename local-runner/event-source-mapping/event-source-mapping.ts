import type { RecordDetail } from '../journal/mapping-events.ts'
import { createKafkaClient } from '../kafka/kafka-client.ts'
import { securityProtocolOf } from '../kafka/kafka-login.ts'
import { createAssignment } from './assignment.ts'
import { createBatchRuns } from './batch-runs.ts'
import { createCommitter } from './committer.ts'
import { createDispatcher } from './dispatcher.ts'
import { createRecordFilter } from './filter/filter-criteria.ts'
import { lagOf } from './lane.ts'
import type { MappingDeps } from './mapping-deps.ts'
import { mappingIdOf } from './mapping-id.ts'
import { type MappingState, toMappingState } from './mapping-state.ts'
import { createMskEventFormat, MAX_PAYLOAD_BYTES } from './msk-event/msk-event.ts'
import type { KafkaTrigger } from './parameters.ts'
import { createPollers } from './pollers.ts'
import { backoffMs } from './retry-policy.ts'
import { createSession } from './session.ts'
import { createSupervisor } from './supervisor.ts'
import { createSystemLog } from './system-log.ts'

export interface EventSourceMapping {
  /** Resolves when the group is joined for the first time, or stop() is called; keeps trying until then. */
  readonly start: () => Promise<void>
  /** Finishes and commits the invocations under way, retries nothing, leaves the group. */
  readonly stop: () => Promise<void>
  readonly state: () => MappingState
}

const DEFAULT_WINDOW_MS = 500
const SESSION_TIMEOUT_MS = 10_000
const METADATA_MAX_AGE_MS = 60_000
/** On demand AWS looks at the lag each minute (kafka-scaling-modes); of provisioned mode it does not say. */
const POLLERS_EVERY_MS = 60_000

function windowMsOf({ maximumBatchingWindowInSeconds: seconds }: KafkaTrigger): number {
  return seconds === undefined ? DEFAULT_WINDOW_MS : seconds * 1000
}

/** Polls one topic for one function, as AWS's MSK event source mapping does (`lambda-msk.md` section 2). */
export function createEventSourceMapping(deps: MappingDeps): EventSourceMapping {
  const {
    functionName,
    parameters: trigger,
    kafkaBrokers,
    kafkaLogin = {},
    now = Date.now,
    random = Math.random,
  } = deps
  const { retryDelayMs = (retry: number) => backoffMs(retry, random) } = deps
  const { sessionTimeoutMs = SESSION_TIMEOUT_MS, metadataMaxAgeMs = METADATA_MAX_AGE_MS } = deps
  const [topic = ''] = trigger.topics
  const { consumerGroupId } = trigger
  const origin = { functionName, consumerGroupId, topic }
  const windowMs = windowMsOf(trigger)
  const bootstrapServers = kafkaBrokers.join(',')
  const systemLog = createSystemLog({
    level: trigger.loggingConfig?.systemLogLevel,
    mappingId: mappingIdOf(functionName, consumerGroupId, topic),
    topic,
    consumerGroupId,
    bootstrapServers,
    securityProtocol: securityProtocolOf(kafkaLogin),
    lanes: () => lanes.values(),
    write: (line) => deps.record({ name: 'mapping.log', ...line, ...origin }),
    now,
  })
  const record: RecordDetail = (event) => {
    deps.record({ ...event, ...origin })
    systemLog.read(event)
  }
  const createKafka = () =>
    createKafkaClient({
      clientId: `event-source-mapping-${functionName}`,
      brokers: kafkaBrokers,
      login: kafkaLogin,
      record: (event) => deps.record({ ...event, functionName }),
    })

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

  const batchRuns = createBatchRuns({
    trigger,
    topic,
    createKafka,
    bootstrapServers,
    toPayload,
    destinationsDirectory: deps.destinationsDirectory,
    functionArn: deps.functionArn,
    invoke: deps.invoke,
    onFinished: () => committer.wake(),
    onThrottled: () => pollers.onThrottled(),
    retryDelayMs,
    record,
    now,
    stopping: stopping.signal,
  })
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
    maxConcurrency: () => pollers.maxConcurrency(),
    isProvisioned: trigger.provisionedPollerConfig !== undefined,
    runBatch: batchRuns.run,
    onTaken: (lane) => supervisor.session()?.onTaken(lane),
    onSettled: () => committer.wake(),
    record,
    now,
  })

  const pollers = createPollers({
    config: trigger.provisionedPollerConfig,
    partitionCount: () => lanes.size,
    lag: () => [...lanes.values()].reduce((sum, lane) => sum + lagOf(lane), 0),
    batchesInFlight: () => dispatcher.inFlight(),
    evaluateEveryMs: deps.pollersEveryMs ?? POLLERS_EVERY_MS,
    onScaled: () => dispatcher.wake(),
    record,
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
      pollers.start()
      await firstJoin.promise
    },
    stop: async () => {
      stopping.abort()
      pollers.stop()
      supervisor.session()?.stopFetching()
      await dispatcher.close()
      await committer.close()
      isStopped = true
      await Promise.all([supervisor.stop(), batchRuns.stop()])
      systemLog.stop()
      firstJoin.resolve()
    },
    state: () =>
      toMappingState({
        status: statusOf(),
        lanes: lanes.values(),
        windowMs,
        nowMs: now(),
        pollers: pollers.count(),
        batchesInFlight: dispatcher.inFlight(),
        recordsFetched,
        recordsFiltered,
        lastError: supervisor.lastError(),
      }),
  }
}

import type { RecordDetail } from '../journal/mapping-events.ts'
import { createKafkaClient } from '../kafka/kafka-client.ts'
import { securityProtocolOf } from '../kafka/kafka-login.ts'
import { createAssignment } from './assignment.ts'
import { createDelivery, type Delivery } from './delivery.ts'
import { createRecordFilter } from './filter/filter-criteria.ts'
import type { Lane } from './lane.ts'
import type { MappingDeps } from './mapping-deps.ts'
import { mappingIdOf } from './mapping-id.ts'
import { type MappingSettings, toMappingSettings } from './mapping-settings.ts'
import { type MappingState, toMappingState } from './mapping-state.ts'
import { createMskEventFormat } from './msk-event/msk-event.ts'
import { createSession } from './session.ts'
import { createSupervisor } from './supervisor.ts'
import { createSystemLog, type SystemLog } from './system-log.ts'

export interface EventSourceMapping {
  /** Resolves at the first join of the group, or at stop(); retries until then. */
  readonly start: () => Promise<void>
  /** Finishes and commits the invocations in flight, retries nothing, leaves the group. */
  readonly stop: () => Promise<void>
  readonly skipProblem: Delivery['skipProblem']
  readonly skip: Delivery['skip']
  readonly state: () => MappingState
}

/** The journal and the system log of one mapping. */
function createMappingLog(settings: MappingSettings, lanes: ReadonlyMap<number, Lane>) {
  const { origin, trigger } = settings
  const { functionName, consumerGroupId, topic } = origin
  const systemLog: SystemLog = createSystemLog({
    ...settings,
    level: trigger.loggingConfig?.systemLogLevel,
    mappingId: mappingIdOf(functionName, consumerGroupId, topic),
    consumerGroupId,
    securityProtocol: securityProtocolOf(settings.kafkaLogin),
    lanes: () => lanes.values(),
    write: (line) => settings.record({ name: 'mapping.log', ...line, ...origin }),
  })
  const record: RecordDetail = (event) => {
    settings.record({ ...event, ...origin })
    systemLog.read(event)
  }
  return { systemLog, record }
}

/** Polls one topic for one function, as AWS's MSK event source mapping does (docs/aws-behaviour.md, section 2). */
export function createEventSourceMapping(deps: MappingDeps): EventSourceMapping {
  const settings = toMappingSettings(deps)
  const { functionName, trigger, topic, bootstrapServers, windowMs, now, elapsedMs } = settings
  const assignment = createAssignment(elapsedMs)
  const { lanes } = assignment
  const { systemLog, record } = createMappingLog(settings, lanes)
  const createKafka = () =>
    createKafkaClient({
      clientId: `event-source-mapping-${functionName}`,
      brokers: settings.kafkaBrokers,
      login: settings.kafkaLogin,
      record: (event) => settings.record({ ...event, functionName }),
    })
  const format = createMskEventFormat(topic, bootstrapServers)
  const passes = createRecordFilter((trigger.filterCriteria?.filters ?? []).map(({ pattern }) => pattern))
  const supervisor = createSupervisor({ ...settings, assignment, record })
  const { session } = supervisor
  const delivery = createDelivery({ settings, lanes, format, session, createKafka, record })
  const firstJoin = Promise.withResolvers<void>()
  let hasJoined = false
  let isStopped = false
  let recordsFetched = 0
  let recordsFiltered = 0

  const openSession = () =>
    createSession({
      ...settings,
      kafka: createKafka(),
      assignment,
      intake: {
        passes,
        toRecord: format.toRecord,
        onBuffered: delivery.wake,
        onFetched: (fetched, filtered) => {
          recordsFetched += fetched
          recordsFiltered += filtered
        },
      },
      onSettled: () => {
        hasJoined = true
        firstJoin.resolve()
        delivery.wake()
      },
      record,
    })

  const statusOf = (): MappingState['status'] => {
    if (!trigger.enabled) return 'disabled'
    if (isStopped) return 'stopped'
    if (session()?.isSettled()) return 'polling'
    return hasJoined ? 'rejoining' : 'starting'
  }

  return {
    start: async () => {
      if (!trigger.enabled) return
      systemLog.start()
      supervisor.start(openSession)
      delivery.start()
      await firstJoin.promise
    },
    stop: async () => {
      session()?.stopFetching()
      await delivery.finish()
      isStopped = true
      await Promise.all([supervisor.stop(), delivery.disconnect()])
      systemLog.stop()
      firstJoin.resolve()
    },
    skipProblem: delivery.skipProblem,
    skip: delivery.skip,
    state: () =>
      toMappingState({
        status: statusOf(),
        lanes: lanes.values(),
        windowMs,
        nowMs: now(),
        elapsedMs: elapsedMs(),
        pollers: delivery.pollerCount(),
        batchesInFlight: delivery.batchesInFlight(),
        recordsFetched,
        recordsFiltered,
        lastError: supervisor.lastError(),
      }),
  }
}

import { cutText } from '../journal/cut-text.ts'
import type { RecordDetail } from '../journal/mapping-events.ts'
import { commitOffsetOf, type Lane } from './lane.ts'
import { LOCAL_CLUSTER_ARN } from './msk-event/msk-event.ts'
import type { KafkaTrigger } from './parameters.ts'

type Level = NonNullable<KafkaTrigger['loggingConfig']>['systemLogLevel']

export interface SystemLogDeps {
  /** Undefined: no system log. */
  readonly level: Level | undefined
  readonly mappingId: string
  readonly topic: string
  readonly consumerGroupId: string
  readonly bootstrapServers: string
  readonly securityProtocol: string
  readonly lanes: () => Iterable<Lane>
  readonly write: (line: { readonly logStreamName: string; readonly line: string }) => void
  /** Epoch ms. */
  readonly now: () => number
}

export interface SystemLog {
  /** Call it with every event of the mapping. */
  readonly read: RecordDetail
  readonly start: () => void
  readonly stop: () => void
}

/** esm-logging: once a minute. */
const OFFSETS_EVERY_MS = 60_000
const LEVELS: Readonly<Record<Level, number>> = { DEBUG: 0, INFO: 1, WARN: 2 }

/** The system log of a mapping in provisioned mode: one JSON line an entry, in the form of esm-logging. */
export function createSystemLog(deps: SystemLogDeps): SystemLog {
  const { level, mappingId, topic, now } = deps
  let timer: NodeJS.Timeout | undefined
  let generation = 0
  let partitionCount = 0

  const write = (logLevel: Level, eventType: string, content: Readonly<Record<string, unknown>>) => {
    if (level === undefined || LEVELS[logLevel] < LEVELS[level]) return
    const day = new Date(now()).toISOString().slice(0, 10).replaceAll('-', '/')
    const entry = {
      eventType,
      timestamp: now(),
      resourceArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${mappingId}`,
      eventSourceArn: LOCAL_CLUSTER_ARN,
      eventProcessorId: `${mappingId}/0`,
      logLevel,
      ...content,
    }
    deps.write({ logStreamName: `${day}/${mappingId}`, line: JSON.stringify(entry) })
  }

  const writeConnection = () => {
    const assigned = [...deps.lanes()].map(({ partition }) => `${topic}-${partition}`)
    write('INFO', 'POLLER_STATUS_EVENT', {
      kafkaEventSourceConnection: {
        brokerEndpoints: deps.bootstrapServers,
        consumerId: `${mappingId}-0`,
        topics: [topic],
        consumerGroupId: deps.consumerGroupId,
        securityProtocol: deps.securityProtocol,
        totalPartitionCount: partitionCount,
        assignedPartitionCount: assigned.length,
        partitionsAssignmentGeneration: generation,
        assignedPartitions: assigned,
      },
    })
  }

  const writeProblem = (errorCode: string, errorMessage: string) =>
    write('WARN', 'ESM_PROCESSING_EVENT', { error: { errorMessage: cutText(errorMessage), errorCode } })

  const writeOffsets = () => {
    for (const lane of deps.lanes()) {
      const processed = commitOffsetOf(lane)
      write('DEBUG', 'KAFKA_STATUS_EVENT', {
        kafkaPartitionOffsets: {
          partition: `${topic}-${lane.partition}`,
          endOffset: Number(lane.highWatermark),
          consumedOffset: Number(lane.position) - 1,
          processedOffset: Number(processed) - 1,
          committedOffset: Number(lane.committed ?? -1n),
        },
      })
    }
  }

  return {
    read: (event) => {
      switch (event.name) {
        case 'partitions.assigned':
          generation += 1
          if (event.added.length === 0) writeConnection()
          return
        case 'partitions.positioned':
          partitionCount = event.partitionCount
          return writeConnection()
        case 'batch.retrying':
        case 'batch.exhausted':
        case 'batch.throttled':
        case 'batch.defect':
        case 'consumer.crashed':
        case 'destination.failed':
        case 'destination.payload-omitted':
        case 'offsets.commit-failed':
        case 'offsets.unknown':
        case 'partition.unreadable':
        case 'schema-registry.failed':
          return writeProblem(event.name, event.reason)
        case 'batch.discarded': {
          const { name: _name, ...fields } = event
          return writeProblem(event.condition, JSON.stringify(fields))
        }
        case 'offsets.reset': {
          const { name, ...fields } = event
          return writeProblem(name, JSON.stringify(fields))
        }
        case 'batch.closed':
        case 'batch.split':
        case 'batch.succeeded':
        case 'consumer.stop-failed':
        case 'fetching.paused':
        case 'lag.unknown':
        case 'mapping.log':
        case 'offsets.committed':
        case 'partitions.revoked':
        case 'pollers.scaled':
        case 'record.skipped':
          return
        default:
          return event satisfies never
      }
    },
    start: () => {
      if (level === 'DEBUG') timer = setInterval(writeOffsets, OFFSETS_EVERY_MS)
    },
    stop: () => clearInterval(timer),
  }
}

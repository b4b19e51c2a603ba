import { Counter, Gauge, type Registry } from '@prometheus-io/client'
import type { MappingReport } from '../../event-source-mapping/mapping-state.ts'
import { isMappingEvent } from '../../journal/events.ts'
import type { JournalEntry } from '../../journal/journal.ts'
import type { MappingEvent } from '../../journal/mapping-events.ts'
import { MAPPING_LABELS, mappingLabelsOf } from './mapping-labels.ts'

export interface AwsMappingMetricsDeps {
  readonly registry: Registry
  readonly reports: () => readonly MappingReport[]
}

const NAME_PREFIX = 'aws_lambda_esm_'

/** AWS's names and groups for MSK (monitoring-metrics-types), as far as the journal's events hold them. */
const COUNTERS = [
  ['EventCount', 'invoked_event_count'],
  ['EventCount', 'failed_invoke_event_count'],
  ['EventCount', 'dropped_event_count'],
  ['EventCount', 'on_failure_destination_delivered_event_count'],
  ['ErrorCount', 'polling_error_count'],
  ['ErrorCount', 'invoke_error_count'],
  ['ErrorCount', 'on_failure_destination_delivery_error_count'],
  ['ErrorCount', 'schema_registry_error_count'],
  ['ErrorCount', 'commit_error_count'],
] as const

type CounterName = (typeof COUNTERS)[number][1]
type Counts = Readonly<Partial<Record<CounterName, number>>>

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

/** What one event adds to the counters. */
function countsOf(event: MappingEvent): Counts {
  switch (event.name) {
    case 'batch.succeeded':
      return { invoked_event_count: event.invoked }
    case 'batch.retrying':
    case 'batch.split':
    case 'batch.exhausted':
      return {
        invoked_event_count: event.invoked,
        failed_invoke_event_count: sum(Object.values(event.records)),
        invoke_error_count: 1,
      }
    case 'batch.throttled':
      return { invoke_error_count: 1 }
    case 'batch.discarded': {
      const dropped = event.offsets.length
      return {
        dropped_event_count: dropped,
        on_failure_destination_delivered_event_count: event.isStored ? dropped : 0,
      }
    }
    case 'partition.unreadable':
    case 'consumer.crashed':
      return { polling_error_count: 1 }
    case 'destination.failed':
      return { on_failure_destination_delivery_error_count: 1 }
    case 'schema-registry.failed':
      return { schema_registry_error_count: 1 }
    case 'offsets.commit-failed':
      return { commit_error_count: 1 }
    case 'batch.closed':
    case 'batch.defect':
    case 'consumer.stop-failed':
    case 'destination.payload-omitted':
    case 'fetching.paused':
    case 'lag.unknown':
    case 'mapping.log':
    case 'offsets.committed':
    case 'offsets.reset':
    case 'offsets.unknown':
    case 'partitions.assigned':
    case 'partitions.positioned':
    case 'partitions.revoked':
    case 'pollers.scaled':
    case 'record.skipped':
      return {}
  }
}

const lags = ({ partitions }: MappingReport) => partitions.map(({ lag }) => lag)
const GAUGES: readonly (readonly [
  group: string,
  name: string,
  valueOf: (report: MappingReport) => number,
])[] = [
  ['EventCount', 'polled_event_count', ({ recordsFetched }) => recordsFetched],
  ['EventCount', 'filtered_out_event_count', ({ recordsFiltered }) => recordsFiltered],
  ['KafkaMetrics', 'max_offset_lag', (report) => Math.max(0, ...lags(report))],
  ['KafkaMetrics', 'sum_offset_lag', (report) => sum(lags(report))],
]

/** The metrics that mappings request by `metricsConfig`, under AWS's names. @returns the reader of the journal that counts them */
export function createAwsMappingMetrics({
  registry,
  reports,
}: AwsMappingMetricsDeps): (entry: JournalEntry) => void {
  const registers = [registry]
  const labelNames = [...MAPPING_LABELS]
  const isAsked = (group: string, functionName: string, consumerGroupId: string) =>
    reports().some(
      (report) =>
        report.functionName === functionName &&
        report.consumerGroupId === consumerGroupId &&
        report.metricGroups.includes(group),
    )
  for (const [group, name, valueOf] of GAUGES) {
    new Gauge({
      name: `${NAME_PREFIX}${name}`,
      help: `${group}, as monitoring-metrics-types has it`,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const report of reports().filter(({ metricGroups }) => metricGroups.includes(group))) {
          this.set(mappingLabelsOf(report), valueOf(report))
        }
      },
    })
  }
  const counters = COUNTERS.map(([group, name]) => ({
    group,
    name,
    counter: new Counter({
      name: `${NAME_PREFIX}${name}_total`,
      help: `${group}, as monitoring-metrics-types has it`,
      labelNames,
      registers,
    }),
  }))
  return (entry) => {
    if (!isMappingEvent(entry)) return
    const labels = mappingLabelsOf(entry)
    const counts = countsOf(entry)
    for (const { name, group, counter } of counters) {
      const count = counts[name] ?? 0
      if (count > 0 && isAsked(group, labels.function, labels.group)) counter.inc(labels, count)
    }
  }
}

import { Counter, Gauge, type Registry } from '@prometheus-io/client'
import * as z from 'zod'
import type { MappingReport } from '../../event-source-mapping/mapping-state.ts'
import type { JournalEntry } from '../../journal/journal.ts'
import { MAPPING_LABELS, mappingLabelsOf } from './mapping-labels.ts'

export interface AwsMappingMetricsDeps {
  readonly registry: Registry
  readonly reports: () => readonly MappingReport[]
}

type CountOf = (entry: JournalEntry) => number

const NAME_PREFIX = 'aws_lambda_esm_'
const counts = z.record(z.string(), z.number())

const recordsOf: CountOf = ({ records }) =>
  Object.values(counts.catch({}).parse(records)).reduce((sum, count) => sum + count, 0)
const invokedOf: CountOf = ({ invoked }) => (typeof invoked === 'number' ? invoked : 0)
const offsetsOf: CountOf = ({ offsets }) => (Array.isArray(offsets) ? offsets.length : 0)
const one: CountOf = () => 1
const when =
  (names: readonly string[], countOf: CountOf): CountOf =>
  (entry) =>
    names.includes(entry.name) ? countOf(entry) : 0

const FAILED = ['batch.retrying', 'batch.split', 'batch.exhausted']

/** AWS's names and groups for MSK (monitoring-metrics-types), as far as journal events tell them. */
const COUNTERS: readonly (readonly [group: string, name: string, countOf: CountOf])[] = [
  ['EventCount', 'invoked_event_count', when(['batch.succeeded', ...FAILED], invokedOf)],
  ['EventCount', 'failed_invoke_event_count', when(FAILED, recordsOf)],
  ['EventCount', 'dropped_event_count', when(['batch.discarded'], offsetsOf)],
  [
    'EventCount',
    'on_failure_destination_delivered_event_count',
    when(['batch.discarded'], (entry) => (entry.isStored === true ? offsetsOf(entry) : 0)),
  ],
  ['ErrorCount', 'polling_error_count', when(['consumer.crashed'], one)],
  ['ErrorCount', 'invoke_error_count', when([...FAILED, 'batch.throttled'], one)],
  ['ErrorCount', 'on_failure_destination_delivery_error_count', when(['destination.failed'], one)],
  ['ErrorCount', 'schema_registry_error_count', when(['schema-registry.failed'], one)],
  ['ErrorCount', 'commit_error_count', when(['offsets.commit-failed'], one)],
]

const lags = ({ partitions }: MappingReport) => partitions.map(({ lag }) => lag)
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
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

/** The metrics that a mapping asks for by `metricsConfig`, under AWS's names; gives the journal's reader. */
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
          const { functionName, consumerGroupId, topic } = report
          this.set({ function: functionName, group: consumerGroupId, topic }, valueOf(report))
        }
      },
    })
  }
  const counters = COUNTERS.map(([group, name, countOf]) => ({
    group,
    countOf,
    counter: new Counter({
      name: `${NAME_PREFIX}${name}_total`,
      help: `${group}, as monitoring-metrics-types has it`,
      labelNames,
      registers,
    }),
  }))
  return (entry) => {
    const labels = mappingLabelsOf(entry)
    if (labels === undefined) return
    for (const { group, countOf, counter } of counters) {
      const count = countOf(entry)
      if (count > 0 && isAsked(group, labels.function, labels.group)) counter.inc(labels, count)
    }
  }
}

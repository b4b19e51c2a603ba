import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client'
import type { MappingReport } from '../../event-source-mapping/mapping-state.ts'
import type { JournalEntry } from '../../journal/journal.ts'
import { MAPPING_LABELS, type MappingLabels, mappingLabelsOf } from './mapping-labels.ts'

export interface MappingMetricsDeps {
  readonly registry: Registry
  readonly reports: () => readonly MappingReport[]
}

/** Journal events that are counted as they are. */
const COUNTED = {
  'batch.retrying': ['mapping_retries_total', 'Invocations repeated because the one before failed'],
  'batch.split': ['mapping_splits_total', 'Batches cut in two by bisectBatchOnFunctionError'],
  'batch.throttled': ['mapping_throttles_total', 'Invocations that did not reach the function'],
  'destination.failed': ['mapping_destination_failures_total', 'Failed writes to the on-failure destination'],
  'offsets.commit-failed': ['mapping_commit_failures_total', 'Failed commits of offsets'],
  'consumer.crashed': ['mapping_consumer_crashes_total', 'Consumers that crashed and were replaced'],
} as const

const labelNames = [...MAPPING_LABELS]
const AGE_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600]

/** Gauges and counters that are read from the mappings when somebody asks. */
function addReported({ registry, reports }: MappingMetricsDeps) {
  const registers = [registry]
  const gauge = (name: string, help: string, valueOf: (report: MappingReport) => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const report of reports()) this.set(toLabels(report), valueOf(report))
      },
    })
  const counter = (name: string, help: string, valueOf: (report: MappingReport) => number) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const report of reports()) this.inc(toLabels(report), valueOf(report))
      },
    })
  new Gauge({
    name: 'mapping_lag_records',
    help: 'Records of a partition that are not finished',
    labelNames: [...labelNames, 'partition'],
    registers,
    collect() {
      this.reset()
      for (const report of reports()) {
        for (const { partition, lag } of report.partitions) {
          this.set({ ...toLabels(report), partition: String(partition) }, lag)
        }
      }
    },
  })
  gauge('mapping_ready', '1 while the mapping is polling, or disabled on purpose', ({ isReady }) =>
    isReady ? 1 : 0,
  )
  gauge('mapping_pollers', 'Event pollers, each for up to five batches at once', ({ pollers }) => pollers)
  gauge('mapping_batches_in_flight', 'Batches under way', ({ batchesInFlight }) => batchesInFlight)
  gauge(
    'mapping_oldest_record_age_seconds',
    'Age of the oldest record that was fetched and is not finished',
    oldestAge,
  )
  counter('mapping_records_fetched_total', 'Records fetched', ({ recordsFetched }) => recordsFetched)
  counter(
    'mapping_records_filtered_total',
    'Records the filters dropped',
    ({ recordsFiltered }) => recordsFiltered,
  )
}

const toLabels = ({ functionName, consumerGroupId, topic }: MappingReport): MappingLabels => ({
  function: functionName,
  group: consumerGroupId,
  topic,
})

const oldestAge = ({ partitions }: MappingReport) =>
  Math.max(0, ...partitions.map(({ oldestRecordAgeMs = 0 }) => oldestRecordAgeMs)) / 1000

/** What the event source mappings do; gives the reader of the journal that counts it. */
export function createMappingMetrics(deps: MappingMetricsDeps): (entry: JournalEntry) => void {
  const registers = [deps.registry]
  addReported(deps)
  const counters = new Map<string, Counter<(typeof MAPPING_LABELS)[number]>>(
    Object.entries(COUNTED).map(([event, [name, help]]) => [
      event,
      new Counter({ name, help, labelNames, registers }),
    ]),
  )
  const closed = new Counter({
    name: 'mapping_batches_closed_total',
    help: 'Batches by what closed them: size, window, payload, oversized',
    labelNames: [...labelNames, 'reason'],
    registers,
  })
  const discarded = new Counter({
    name: 'mapping_discarded_records_total',
    help: 'Records given up, by condition',
    labelNames: [...labelNames, 'condition'],
    registers,
  })
  const age = new Histogram({
    name: 'mapping_record_age_seconds',
    help: 'Age of the oldest record of a batch when it closes',
    labelNames,
    buckets: AGE_BUCKETS_SECONDS,
    registers,
  })
  return (entry) => {
    const labels = mappingLabelsOf(entry)
    if (labels === undefined) return
    counters.get(entry.name)?.inc(labels)
    if (entry.name === 'batch.closed') {
      closed.inc({ ...labels, reason: String(entry.close) })
      age.observe(labels, Number(entry.ageMs) / 1000)
    }
    if (entry.name === 'batch.discarded' && Array.isArray(entry.offsets)) {
      discarded.inc({ ...labels, condition: String(entry.condition) }, entry.offsets.length)
    }
  }
}

import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client'
import type { MappingReport } from '../../event-source-mapping/mapping-state.ts'
import { isMappingEvent } from '../../journal/events.ts'
import type { JournalEntry } from '../../journal/journal.ts'
import { MAPPING_LABELS, mappingLabelsOf } from './mapping-labels.ts'

export interface MappingMetricsDeps {
  readonly registry: Registry
  readonly reports: () => readonly MappingReport[]
}

const labelNames = [...MAPPING_LABELS]
const AGE_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600]

/** Gauges and counters that are read from the mappings at each scrape. */
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
        for (const report of reports()) this.set(mappingLabelsOf(report), valueOf(report))
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
        for (const report of reports()) this.inc(mappingLabelsOf(report), valueOf(report))
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
          this.set({ ...mappingLabelsOf(report), partition: String(partition) }, lag)
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

const oldestAge = ({ partitions }: MappingReport) =>
  Math.max(0, ...partitions.map(({ oldestRecordAgeMs = 0 }) => oldestRecordAgeMs)) / 1000

/** Metrics of the event source mappings. @returns the reader of the journal that counts them */
export function createMappingMetrics(deps: MappingMetricsDeps): (entry: JournalEntry) => void {
  const registers = [deps.registry]
  addReported(deps)
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames, registers })
  const counters = {
    'batch.retrying': counter('mapping_retries_total', 'Invocations repeated because the one before failed'),
    'batch.split': counter('mapping_splits_total', 'Batches cut in two by bisectBatchOnFunctionError'),
    'batch.throttled': counter('mapping_throttles_total', 'Invocations that did not reach the function'),
    'destination.failed': counter(
      'mapping_destination_failures_total',
      'Failed writes to the on-failure destination',
    ),
    'offsets.commit-failed': counter('mapping_commit_failures_total', 'Failed commits of offsets'),
    'consumer.crashed': counter('mapping_consumer_crashes_total', 'Consumers that crashed and were replaced'),
  }
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
    if (!isMappingEvent(entry)) return
    const labels = mappingLabelsOf(entry)
    switch (entry.name) {
      case 'batch.closed':
        closed.inc({ ...labels, reason: entry.close })
        return age.observe(labels, entry.ageMs / 1000)
      case 'batch.discarded':
        return discarded.inc({ ...labels, condition: entry.condition }, entry.offsets.length)
      case 'batch.retrying':
      case 'batch.split':
      case 'batch.throttled':
      case 'destination.failed':
      case 'offsets.commit-failed':
      case 'consumer.crashed':
        return counters[entry.name].inc(labels)
      case 'batch.defect':
      case 'batch.exhausted':
      case 'batch.succeeded':
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
      case 'partition.unreadable':
      case 'record.skipped':
      case 'schema-registry.failed':
        return
      default:
        return entry satisfies never
    }
  }
}

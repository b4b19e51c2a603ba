import type { Log } from '../../../shared/logger.ts'

const PERIOD_MS = 60_000
const NAMESPACE = 'OrderPipeline'

/** Events since the last line. */
type Counter =
  | 'accepted'
  | 'rejected'
  | 'replayed'
  | 'cancelled'
  | 'aborted'
  | 'nudged'
  | 'stale'
  | 'fenced'
  | 'tombstones'
/** The highest value since the last line. */
type Gauge = 'outboxOldestAgeSeconds' | 'intentsPastDue' | 'openPastDue'

export interface Metrics {
  readonly count: (counter: Counter, by?: number) => void
  /** Keeps the highest value. */
  readonly max: (gauge: Gauge, value: number) => void
  /** Writes what was collected, if the last line was written long enough ago. */
  readonly flush: () => void
}

export interface MetricsDeps {
  /** Monotonic, in ms. */
  readonly elapsedMs: () => number
  /** For the line's time stamp. */
  readonly now: () => Date
  readonly log: Pick<Log, 'info'>
}

/** Collects in the process and writes one line a minute in CloudWatch's embedded metric format, not one a request. */
export function createMetrics({ elapsedMs, now, log }: MetricsDeps): Metrics {
  let values: Record<string, number> = {}
  let flushedMs = elapsedMs()
  return {
    count: (counter, by = 1) => void (values[counter] = (values[counter] ?? 0) + by),
    max: (gauge, value) => void (values[gauge] = Math.max(values[gauge] ?? 0, value)),
    flush: () => {
      const names = Object.keys(values)
      if (elapsedMs() - flushedMs < PERIOD_MS || names.length === 0) return
      const metrics = names.map((Name) => ({ Name, Unit: Name.endsWith('Seconds') ? 'Seconds' : 'Count' }))
      const CloudWatchMetrics = [{ Namespace: NAMESPACE, Dimensions: [['service']], Metrics: metrics }]
      log.info('metrics', { _aws: { Timestamp: now().getTime(), CloudWatchMetrics }, ...values })
      values = {}
      flushedMs = elapsedMs()
    },
  }
}

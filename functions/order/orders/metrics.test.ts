import { expect, test } from 'vitest'
import { recordingLog } from '../../../shared/testing/recording-log.ts'
import { createMetrics } from './metrics.ts'

function setup() {
  let nowMs = Date.UTC(2026, 10, 24)
  const { log, entries } = recordingLog()
  const metrics = createMetrics({ elapsedMs: () => nowMs, now: () => new Date(nowMs), log })
  return { metrics, entries, pass: (ms: number) => void (nowMs += ms) }
}

test('writes one line in the embedded metric format, with sums and highest values, a minute after the last', () => {
  const { metrics, entries, pass } = setup()
  metrics.count('accepted')
  metrics.count('accepted', 2)
  metrics.max('outboxOldestAgeSeconds', 7)
  metrics.max('outboxOldestAgeSeconds', 3)
  pass(59_999)
  metrics.flush()
  expect(entries).toEqual([])
  pass(1)
  metrics.flush()
  metrics.flush()
  const Metrics = [
    { Name: 'accepted', Unit: 'Count' },
    { Name: 'outboxOldestAgeSeconds', Unit: 'Seconds' },
  ]
  const CloudWatchMetrics = [{ Namespace: 'OrderPipeline', Dimensions: [['service']], Metrics }]
  const _aws = { Timestamp: Date.UTC(2026, 10, 24, 0, 1), CloudWatchMetrics }
  expect(entries).toEqual([
    { level: 'info', message: 'metrics', fields: { _aws, accepted: 3, outboxOldestAgeSeconds: 7 } },
  ])
})

test('begins anew after a line, and writes none where nothing happened', () => {
  const { metrics, entries, pass } = setup()
  pass(60_000)
  metrics.flush()
  metrics.count('fenced')
  metrics.flush()
  pass(60_000)
  metrics.count('stale')
  metrics.flush()
  expect(entries.map(({ fields }) => Object.keys(fields ?? {}))).toEqual([
    ['_aws', 'fenced'],
    ['_aws', 'stale'],
  ])
})

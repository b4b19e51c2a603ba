import { expect, test } from 'vitest'
import type { MappingReport } from '../../event-source-mapping/mapping-state.ts'
import { createJournal } from '../../journal/journal.ts'
import type { MappingDetail } from '../../journal/mapping-events.ts'
import { createMetricsRoute } from './metrics-route.ts'

const partition = {
  partition: 3,
  committed: 1,
  endOffset: 6,
  lag: 5,
  buffered: 0,
  inFlight: 0,
  oldestRecordAgeMs: 1500,
  windowLeftMs: undefined,
  lastFailure: undefined,
}
const report: MappingReport = {
  id: 'm-1',
  functionName: 'stock',
  topic: 'orders',
  consumerGroupId: 'stock-service',
  metricGroups: [],
  status: 'polling',
  isReady: true,
  partitions: [partition],
  lag: 5,
  pollers: 2,
  batchesInFlight: 1,
  recordsFetched: 40,
  recordsFiltered: 4,
  lastError: undefined,
}

function setup(metricGroups: readonly string[] = []) {
  const journal = createJournal({ capacity: 10, now: () => 0 })
  const route = createMetricsRoute({ listen: journal.listen, reports: () => [{ ...report, metricGroups }] })
  const mapping = { functionName: 'stock', consumerGroupId: 'stock-service', topic: 'orders' }
  return {
    record: journal.record,
    recordMapping: (event: MappingDetail) => journal.record({ ...event, ...mapping }),
    lines: async () => {
      const request = {
        method: 'GET',
        path: '/metrics',
        query: new URLSearchParams(),
        contentType: undefined,
        body: '',
      }
      const response = await route(request)
      return (response?.body.toString() ?? '').split('\n')
    },
  }
}

const of = 'function="stock",group="stock-service",topic="orders"'

test('[2.8] tells lag, age, what closed batches, retries and what was filtered, per mapping', async () => {
  const { recordMapping, lines } = setup()
  recordMapping({ name: 'batch.closed', close: 'window', records: { 3: 2 }, ageMs: 20 })
  recordMapping({ name: 'batch.closed', close: 'size', records: { 3: 100 }, ageMs: 7000 })
  recordMapping({ name: 'batch.retrying', records: { 3: 2 }, invoked: 2, retry: 1, reason: 'no' })
  recordMapping({
    name: 'batch.discarded',
    condition: 'RetriesExhausted',
    offsets: ['3@1', '3@2'],
    isStored: true,
  })
  const shown = await lines()
  for (const line of [
    `mapping_lag_records{${of},partition="3"} 5`,
    `mapping_oldest_record_age_seconds{${of}} 1.5`,
    `mapping_records_fetched_total{${of}} 40`,
    `mapping_records_filtered_total{${of}} 4`,
    `mapping_pollers{${of}} 2`,
    `mapping_batches_in_flight{${of}} 1`,
    `mapping_ready{${of}} 1`,
    `mapping_batches_closed_total{${of},reason="window"} 1`,
    `mapping_batches_closed_total{${of},reason="size"} 1`,
    `mapping_retries_total{${of}} 1`,
    `mapping_discarded_records_total{${of},condition="RetriesExhausted"} 2`,
    `mapping_record_age_seconds_count{${of}} 2`,
  ]) {
    expect(shown).toContain(line)
  }
  expect(shown.filter((line) => line.startsWith('aws_lambda_esm_') && !line.startsWith('#'))).toEqual([])
})

test("[2.1] metricsConfig adds AWS's own metrics of the groups it names, and no others", async () => {
  const { recordMapping, lines } = setup(['EventCount', 'KafkaMetrics'])
  recordMapping({ name: 'batch.retrying', records: { 3: 2 }, invoked: 10, retry: 1, reason: 'no' })
  recordMapping({ name: 'batch.succeeded', records: { 3: 2 }, invoked: 2, retries: 1 })
  recordMapping({ name: 'batch.discarded', condition: 'RetriesExhausted', offsets: ['3@1'], isStored: false })
  const shown = (await lines()).filter((line) => line.startsWith('aws_lambda_esm_'))
  expect(shown.sort()).toEqual(
    [
      `aws_lambda_esm_polled_event_count{${of}} 40`,
      `aws_lambda_esm_filtered_out_event_count{${of}} 4`,
      `aws_lambda_esm_invoked_event_count_total{${of}} 12`,
      `aws_lambda_esm_failed_invoke_event_count_total{${of}} 2`,
      `aws_lambda_esm_dropped_event_count_total{${of}} 1`,
      `aws_lambda_esm_max_offset_lag{${of}} 5`,
      `aws_lambda_esm_sum_offset_lag{${of}} 5`,
    ].sort(),
  )
})

test('shows invocations, environments and HTTP requests', async () => {
  const { record, lines } = setup()
  const functionName = 'order'
  const environment = {
    functionName,
    logStreamName: 's',
    logging: { logFormat: 'Text', systemLogLevel: 'INFO' },
  } as const
  record({ name: 'environment.starting', ...environment, memoryMeasure: 'heap' })
  record({ name: 'environment.starting', ...environment, memoryMeasure: 'heap' })
  record({ name: 'environment.ended', functionName, logStreamName: 's' })
  record({ name: 'environment.init', ...environment, outcome: 'initialized', initMs: 9 })
  record({
    name: 'invocation.finished',
    functionName,
    requestId: 'r-1',
    source: 'http',
    outcome: 'success',
    durationMs: 3,
    memorySizeMb: 128,
    maxMemoryUsedBytes: 1,
    traceId: 't',
    logging: environment.logging,
  })
  record({ name: 'http.answered', functionName, method: 'POST', path: '/', statusCode: 201, durationMs: 4 })
  const shown = await lines()
  expect(shown).toContain('function_environments{function="order"} 1')
  expect(shown).toContain('function_inits_total{function="order",outcome="initialized"} 1')
  expect(shown).toContain('function_invocations_total{function="order",source="http",outcome="success"} 1')
  expect(shown).toContain('function_duration_seconds_bucket{le="0.005",function="order"} 1')
  expect(shown).toContain('http_requests_total{function="order",method="POST",status="201"} 1')
})

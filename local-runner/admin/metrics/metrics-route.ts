import { Registry } from '@prometheus-io/client'
import type { MappingReport } from '../../event-source-mapping/mapping-state.ts'
import type { Journal } from '../../journal/journal.ts'
import type { AdminRoute } from '../admin-server.ts'
import { createAwsMappingMetrics } from './aws-mapping-metrics.ts'
import { createFunctionMetrics } from './function-metrics.ts'
import { createMappingMetrics } from './mapping-metrics.ts'

export interface MetricsRouteDeps {
  readonly listen: Journal['listen']
  readonly reports: () => readonly MappingReport[]
}

/** `GET /metrics`: Prometheus text, counted from the journal since the start. */
export function createMetricsRoute({ listen, reports }: MetricsRouteDeps): AdminRoute {
  const registry = new Registry()
  const readers = [
    createMappingMetrics({ registry, reports }),
    createAwsMappingMetrics({ registry, reports }),
    createFunctionMetrics(registry),
  ]
  listen((entry) => {
    for (const read of readers) read(entry)
  })
  return async ({ method, path }) =>
    method === 'GET' && path === '/metrics'
      ? { statusCode: 200, headers: [['content-type', registry.contentType]], body: await registry.metrics() }
      : undefined
}

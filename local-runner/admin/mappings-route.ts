import type { MappingReport } from '../event-source-mapping/mapping-state.ts'
import { type AdminRoute, jsonResponse } from './admin-server.ts'
import { API_PREFIX } from './api-prefix.ts'

export interface MappingsRouteDeps {
  readonly kafkaBrokers: readonly string[]
  readonly reports: () => readonly MappingReport[]
}

/** `GET /api/mappings`: each event source mapping, with the state of its partitions and what blocks them. */
export function createMappingsRoute({ kafkaBrokers, reports }: MappingsRouteDeps): AdminRoute {
  return async ({ method, path }) =>
    method === 'GET' && path === `${API_PREFIX}/mappings`
      ? jsonResponse(200, { kafkaBrokers, items: reports() })
      : undefined
}

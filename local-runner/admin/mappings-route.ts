import type { MappingReport } from '../event-source-mapping/mapping-state.ts'
import { type AdminRoute, jsonResponse } from './admin-server.ts'

export interface MappingsRouteDeps {
  readonly kafkaBrokers: readonly string[]
  readonly reports: () => readonly MappingReport[]
}

/** `GET /mappings`: each event source mapping with its partitions, what they wait for and what holds them up. */
export function createMappingsRoute({ kafkaBrokers, reports }: MappingsRouteDeps): AdminRoute {
  return async ({ method, path }) =>
    method === 'GET' && path === '/mappings'
      ? jsonResponse(200, { kafkaBrokers, items: reports() })
      : undefined
}

import { jsonResponse, type AdminRoute } from './admin-server.ts'
import type { MappingReport } from './create-mappings.ts'

/** `GET /mappings`: each event source mapping with its partitions, what they wait for and what holds them up. */
export function createMappingsRoute(reports: () => readonly MappingReport[]): AdminRoute {
  return async ({ method, path }) =>
    method === 'GET' && path === '/mappings' ? jsonResponse(200, { items: reports() }) : undefined
}

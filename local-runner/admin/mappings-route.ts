import { withoutCredentials } from '../config/secrets.ts'
import type { MappingReport, PartitionState } from '../event-source-mapping/mapping-state.ts'
import type { Journal } from '../journal/journal.ts'
import { type AdminRoute, jsonResponse } from './admin-server.ts'
import { API_PREFIX } from './api-prefix.ts'
import { loggedError } from './logged-error.ts'

export interface MappingsRouteDeps {
  readonly kafkaBrokers: readonly string[]
  readonly redisUrl: string
  readonly reports: () => readonly MappingReport[]
  readonly entries: Journal['entries']
}

/** `GET /api/mappings`: each event source mapping, with the state of its partitions and what blocks them. */
export function createMappingsRoute(deps: MappingsRouteDeps): AdminRoute {
  const { kafkaBrokers, reports, entries } = deps
  const redisUrl = withoutCredentials(deps.redisUrl)
  const withLoggedError = (state: PartitionState) => {
    const { partition, lastFailure } = state
    if (lastFailure?.requestId === undefined) return state
    const failed = { requestId: lastFailure.requestId, partition, offset: lastFailure.offset }
    return { ...state, lastFailure: { ...lastFailure, loggedError: loggedError(entries(), failed) } }
  }
  const items = () =>
    reports().map((report) => ({ ...report, partitions: report.partitions.map(withLoggedError) }))
  return async ({ method, path }) =>
    method === 'GET' && path === `${API_PREFIX}/mappings`
      ? jsonResponse(200, { kafkaBrokers, redisUrl, items: items() })
      : undefined
}

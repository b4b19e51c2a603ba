import type { ApiSettings } from '../api-gateway/api-settings.ts'
import type { Authorize } from '../api-gateway/authorize.ts'
import { createCors } from '../api-gateway/cors.ts'
import { createHttpEntry } from '../api-gateway/http-entry.ts'
import { createRouting } from '../api-gateway/routing.ts'
import { isHealthPath } from '../health/health.ts'
import type { Listener } from '../http/http-server.ts'
import type { Invoke } from '../lambda/invocation.ts'
import { isLambdaApiPath } from '../lambda-api/api-paths.ts'

/** The maximum of an HTTP API, and its default. */
const INTEGRATION_TIMEOUT_MS = 30_000

export interface FunctionListenerDeps {
  readonly routeKeys: readonly string[]
  readonly api: ApiSettings
  /** As of the HTTP entry. */
  readonly authorizerOf: (routeKey: string) => Authorize | undefined
  readonly invoke: Invoke
  readonly health: Listener
  readonly lambdaApi: Listener
  /** As of the HTTP entry. */
  readonly onInvalidAnswer: (problem: string) => void
}

/** A function's port: the runner's health, Lambda's API, and the HTTP API on all other paths. */
export function createFunctionListener(deps: FunctionListenerDeps): Listener {
  const { routeKeys, api, authorizerOf, invoke, health, lambdaApi, onInvalidAnswer } = deps
  const entry = createHttpEntry({
    findRoute: createRouting(routeKeys),
    gateway: api,
    cors: api.cors && createCors(api.cors),
    authorizerOf,
    invoke,
    integrationTimeoutMs: INTEGRATION_TIMEOUT_MS,
    onInvalidAnswer,
  })
  return (request, response) => {
    if (isHealthPath(request.url)) return health(request, response)
    if (isLambdaApiPath(request.url)) return lambdaApi(request, response)
    return entry(request, response)
  }
}

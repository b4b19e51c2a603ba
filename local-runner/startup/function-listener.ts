import { join } from 'node:path'
import type { ApiSettings, JwtAuthorizerSettings } from '../api-gateway/api-settings.ts'
import { createCors } from '../api-gateway/cors.ts'
import { createHttpEntry } from '../api-gateway/http-entry.ts'
import { type Authorize, createJwtAuthorizer } from '../api-gateway/jwt-authorizer.ts'
import { createFileKeySet, createIssuerKeySet } from '../api-gateway/key-set.ts'
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
  /** Absolute; `localJwks` is relative to it. */
  readonly projectDirectory: string
  readonly invoke: Invoke
  readonly health: Listener
  readonly lambdaApi: Listener
}

/** Route key -> authorizer. */
function toAuthorizers(api: ApiSettings, projectDirectory: string): ReadonlyMap<string, Authorize> {
  const keysOf = ({ localJwks, jwtConfiguration }: JwtAuthorizerSettings) =>
    localJwks === undefined
      ? createIssuerKeySet(jwtConfiguration.issuer)
      : createFileKeySet(join(projectDirectory, localJwks))
  return new Map(
    Object.values(api.authorizers).flatMap((settings) => {
      const getKey = keysOf(settings)
      const now = () => new Date()
      return Object.entries(settings.routes).map(
        ([routeKey, { authorizationScopes }]) =>
          [routeKey, createJwtAuthorizer({ settings, authorizationScopes, getKey, now })] as const,
      )
    }),
  )
}

/** A function's port: the runner's health, Lambda's API, and the HTTP API on all other paths. */
export function createFunctionListener(deps: FunctionListenerDeps): Listener {
  const { routeKeys, api, projectDirectory, invoke, health, lambdaApi } = deps
  const authorizers = toAuthorizers(api, projectDirectory)
  const entry = createHttpEntry({
    findRoute: createRouting(routeKeys),
    gateway: api,
    cors: api.cors && createCors(api.cors),
    authorizerOf: (routeKey) => authorizers.get(routeKey),
    invoke,
    integrationTimeoutMs: INTEGRATION_TIMEOUT_MS,
  })
  return (request, response) => {
    if (isHealthPath(request.url)) return health(request, response)
    if (isLambdaApiPath(request.url)) return lambdaApi(request, response)
    return entry(request, response)
  }
}

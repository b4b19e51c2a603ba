import { resolve } from 'node:path'
import type { ApiSettings, JwtAuthorizerSettings } from '../api-gateway/api-settings.ts'
import type { Authorize } from '../api-gateway/authorize.ts'
import { createJwtAuthorizer } from '../api-gateway/jwt-authorizer.ts'
import { createFileKeySet, createIssuerKeySet } from '../api-gateway/key-set.ts'
import { createLambdaAuthorizer } from '../api-gateway/lambda-authorizer.ts'
import type { Invoke } from '../lambda/invocation.ts'

export interface CreateAuthorizersDeps {
  readonly api: ApiSettings
  /** Absolute; a relative `localJwks` begins there. */
  readonly projectDirectory: string
  /** By name; undefined when there is no such function. */
  readonly findFunction: (name: string) => Invoke | undefined
  /** Called with why an authorizer's function gave no answer to go by. */
  readonly onProblem: (functionName: string, problem: string) => void
}

/** The API's authorizers, by the key of the route that they guard. */
export function createAuthorizers(deps: CreateAuthorizersDeps): (routeKey: string) => Authorize | undefined {
  const { api, projectDirectory, findFunction, onProblem } = deps
  const keysOf = ({ localJwks, jwtConfiguration }: JwtAuthorizerSettings) =>
    localJwks === undefined
      ? createIssuerKeySet(jwtConfiguration.issuer)
      : createFileKeySet(resolve(projectDirectory, localJwks))
  const authorizers = new Map<string, Authorize>()
  for (const settings of Object.values(api.authorizers)) {
    if (settings.authorizerType === 'JWT') {
      const getKey = keysOf(settings)
      const now = () => new Date()
      for (const [routeKey, { authorizationScopes }] of Object.entries(settings.routes)) {
        authorizers.set(routeKey, createJwtAuthorizer({ settings, authorizationScopes, getKey, now }))
      }
      continue
    }
    const { functionName } = settings
    const authorize = createLambdaAuthorizer({
      settings,
      invoke: async (...call) =>
        (await findFunction(functionName)?.(...call)) ?? {
          outcome: 'throttled',
          reason: 'it is not running',
        },
      onProblem: (problem) => onProblem(functionName, problem),
      elapsedMs: () => performance.now(),
    })
    for (const routeKey of Object.keys(settings.routes)) authorizers.set(routeKey, authorize)
  }
  return (routeKey) => authorizers.get(routeKey)
}

import type { IncomingHttpHeaders } from 'node:http'
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'
import type { JwtAuthorizerSettings } from './api-settings.ts'
import type { Authorize } from './authorize.ts'
import { forbidden, unauthorized } from './http-response.ts'

/** API Gateway accepts only RSA signatures. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

export interface JwtAuthorizerDeps {
  readonly settings: JwtAuthorizerSettings
  /** The token needs one of them; empty: any valid token is accepted. */
  readonly authorizationScopes: readonly string[]
  readonly getKey: JWTVerifyGetKey
  readonly now: () => Date
}

/** These descriptions are recorded from AWS; the others are the runner's own. */
const EXPIRED = 'the token has expired'
const WRONG_AUDIENCE = 'the token does not have a valid audience'

const asText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(asText).join(' ')}]`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

const words = (value: unknown): readonly string[] =>
  typeof value === 'string' ? value.split(' ').filter(Boolean) : Array.isArray(value) ? value.map(String) : []

function findToken(identitySource: string, headers: IncomingHttpHeaders, query: string): string | undefined {
  const [, place, name = ''] = identitySource.split(/\$request\.|\./)
  const found =
    place === 'header' ? headers[name.toLowerCase()] : (new URLSearchParams(query).get(name) ?? undefined)
  return (Array.isArray(found) ? found[0] : found)?.replace(/^bearer\s+/i, '')
}

/** Why the claims are not accepted; undefined when they are. `client_id` counts only without `aud` (http-api-jwt-authorizer). */
function claimsFault(claims: JWTPayload, audience: readonly string[], now: Date): string | undefined {
  const named = claims.aud === undefined ? [claims.client_id] : [claims.aud].flat()
  if (!named.some((each) => typeof each === 'string' && audience.includes(each))) return WRONG_AUDIENCE
  if (claims.exp === undefined) return 'the token has no exp claim'
  if (claims.iat !== undefined && claims.iat > now.getTime() / 1000)
    return 'the token was issued in the future'
  return undefined
}

function describe(error: unknown): string {
  if (error instanceof errors.JWTExpired) return EXPIRED
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss')
    return 'the token has an invalid issuer'
  return error instanceof Error ? error.message : String(error)
}

/** Checks a JSON Web Token as an HTTP API does, signature included. */
export function createJwtAuthorizer({
  settings,
  authorizationScopes,
  getKey,
  now,
}: JwtAuthorizerDeps): (headers: IncomingHttpHeaders, query: string) => ReturnType<Authorize> {
  const { identitySource, jwtConfiguration } = settings
  const { issuer, audience } = jwtConfiguration
  const refuse = (fault: string) => ({ refusal: unauthorized(authorizationScopes, fault) })

  async function verify(token: string): Promise<JWTPayload> {
    const { payload, protectedHeader } = await jwtVerify(token, getKey, {
      issuer,
      algorithms: ALGORITHMS,
      currentDate: now(),
    })
    if (protectedHeader.kid === undefined) throw new Error('the token has no kid')
    return payload
  }

  return async (headers, query) => {
    const token = findToken(identitySource, headers, query)
    if (!token) return { refusal: unauthorized(authorizationScopes, undefined) }
    let claims: JWTPayload
    try {
      claims = await verify(token)
    } catch (error) {
      return refuse(describe(error))
    }
    const fault = claimsFault(claims, audience, now())
    if (fault !== undefined) return refuse(fault)

    const granted = words(claims.scp ?? claims.scope)
    const needsScope = authorizationScopes.length > 0
    if (needsScope && !authorizationScopes.some((scope) => granted.includes(scope)))
      return { refusal: forbidden(authorizationScopes) }
    const texts = Object.entries(claims)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, asText(value)] as const)
    return {
      authorizer: { jwt: { claims: Object.fromEntries(texts), scopes: needsScope ? granted : null } },
    }
  }
}

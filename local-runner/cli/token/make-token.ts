import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { SignJWT } from 'jose'
import type { ApiSettings, JwtAuthorizerSettings } from '../../api-gateway/api-settings.ts'
import { readDevelopmentKey } from './development-key.ts'

export interface TokenRequest {
  /** Undefined: the only one. */
  readonly authorizer: string | undefined
  readonly subject: string
  /** Separated by spaces; undefined: all scopes that the authorizer's routes require. */
  readonly scope: string | undefined
  readonly expiresInSeconds: number
}

export interface MakeTokenDeps {
  readonly api: ApiSettings
  /** Absolute. */
  readonly projectDirectory: string
  readonly now: () => Date
}

function chooseAuthorizer({ authorizers }: ApiSettings, wanted: string | undefined): JwtAuthorizerSettings {
  const jwt = Object.entries(authorizers).flatMap(([name, settings]) =>
    settings.authorizerType === 'JWT' ? [[name, settings] as const] : [],
  )
  const names = jwt.map(([name]) => name)
  if (names.length === 0) {
    throw new Error(
      'functions/api.json has no JWT authorizer, so no route requires a token. local-runner/api-gateway/README.md shows how to add one.',
    )
  }
  const name = wanted ?? (names.length === 1 ? names[0] : undefined)
  if (name === undefined) throw new Error(`Which authorizer? Add --authorizer ${names.join(' or ')}.`)
  const settings = new Map(jwt).get(name)
  if (!settings) {
    throw new Error(`functions/api.json has no JWT authorizer "${name}". It has ${names.join(', ')}.`)
  }
  if (settings.localJwks === undefined) {
    throw new Error(
      `The authorizer "${name}" uses its issuer's keys, so only the issuer can make tokens. Set its "localJwks" to ".local/jwks.json" to use tokens made here.`,
    )
  }
  return settings
}

/** Makes a token that the authorizer accepts, and writes the public key to the authorizer's key set. */
export async function makeToken(
  request: TokenRequest,
  { api, projectDirectory, now }: MakeTokenDeps,
): Promise<string> {
  const settings = chooseAuthorizer(api, request.authorizer)
  const { issuer, audience } = settings.jwtConfiguration
  const key = await readDevelopmentKey(join(projectDirectory, '.local', 'token-key.json'))
  const jwksPath = resolve(projectDirectory, settings.localJwks ?? '')
  await mkdir(dirname(jwksPath), { recursive: true })
  await writeFile(jwksPath, `${JSON.stringify(key.keySet, null, 2)}\n`)

  const required = Object.values(settings.routes).flatMap(({ authorizationScopes }) => authorizationScopes)
  const scope = request.scope ?? [...new Set(required)].join(' ')
  const issuedAt = Math.floor(now().getTime() / 1000)
  return await new SignJWT({ ...(scope !== '' && { scope }) })
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(audience[0] ?? '')
    .setSubject(request.subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + request.expiresInSeconds)
    .sign(key.privateKey)
}

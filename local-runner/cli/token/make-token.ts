import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SignJWT } from 'jose'
import type { ApiSettings, JwtAuthorizerSettings } from '../../api-gateway/api-settings.ts'
import { readDevelopmentKey } from './development-key.ts'

export interface TokenWish {
  /** Undefined: the only one there is. */
  readonly authorizer: string | undefined
  readonly subject: string
  /** With spaces between; undefined: all scopes that the authorizer's routes ask for. */
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
  const names = Object.keys(authorizers)
  if (names.length === 0) {
    throw new Error(
      'functions/api.json has no authorizer, so no route asks for a token. local-runner/api-gateway/README.md shows how to add one.',
    )
  }
  const name = wanted ?? (names.length === 1 ? names[0] : undefined)
  if (name === undefined) throw new Error(`Which authorizer? Add --authorizer ${names.join(' or ')}.`)
  const settings = authorizers[name]
  if (!settings) {
    throw new Error(`functions/api.json has no authorizer "${name}". It has ${names.join(', ')}.`)
  }
  if (settings.localJwks === undefined) {
    throw new Error(
      `The authorizer "${name}" takes its keys from its issuer, so only the issuer can make tokens. Give it "localJwks": ".local/jwks.json" to use tokens made here.`,
    )
  }
  return settings
}

/** Makes a token that the authorizer accepts, and puts the key that proves it where the authorizer looks. */
export async function makeToken(
  wish: TokenWish,
  { api, projectDirectory, now }: MakeTokenDeps,
): Promise<string> {
  const settings = chooseAuthorizer(api, wish.authorizer)
  const { issuer, audience } = settings.jwtConfiguration
  const key = await readDevelopmentKey(join(projectDirectory, '.local', 'token-key.json'))
  const jwksPath = join(projectDirectory, settings.localJwks ?? '')
  await mkdir(dirname(jwksPath), { recursive: true })
  await writeFile(jwksPath, `${JSON.stringify(key.keySet, null, 2)}\n`)

  const asked = Object.values(settings.routes).flatMap(({ authorizationScopes }) => authorizationScopes)
  const scope = wish.scope ?? [...new Set(asked)].join(' ')
  const issuedAt = Math.floor(now().getTime() / 1000)
  return await new SignJWT({ ...(scope !== '' && { scope }) })
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(audience[0] ?? '')
    .setSubject(wish.subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + wish.expiresInSeconds)
    .sign(key.privateKey)
}

import { readFile, stat } from 'node:fs/promises'
import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import * as z from 'zod'

/** API Gateway keeps a public key for two hours (http-api-jwt-authorizer). */
const CACHE_MAX_AGE_MS = 2 * 60 * 60 * 1000

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })
const discovery = z.object({ jwks_uri: z.url() })

/** The keys of a file, which is read again after a change. */
export function createFileKeySet(path: string): JWTVerifyGetKey {
  let read: { readonly mtimeMs: number; readonly getKey: JWTVerifyGetKey } | undefined
  return async (header, token) => {
    const { mtimeMs } = await stat(path).catch((error: unknown) => {
      throw new Error(`There is no key set at ${path}; \`npm run token\` writes one.`, { cause: error })
    })
    if (read?.mtimeMs !== mtimeMs) {
      const keys = jwks.parse(JSON.parse(await readFile(path, 'utf8')))
      read = { mtimeMs, getKey: createLocalJWKSet(keys) }
    }
    return read.getKey(header, token)
  }
}

/** The issuer's keys, found through its discovery document, as API Gateway does. */
export function createIssuerKeySet(issuer: string): JWTVerifyGetKey {
  let getKey: JWTVerifyGetKey | undefined
  return async (header, token) => {
    if (getKey === undefined) {
      const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
      const { jwks_uri } = discovery.parse(await response.json())
      getKey = createRemoteJWKSet(new URL(jwks_uri), { cacheMaxAge: CACHE_MAX_AGE_MS })
    }
    return getKey(header, token)
  }
}

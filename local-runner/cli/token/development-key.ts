import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import * as z from 'zod'

const ALGORITHM = 'RS256'
const privateJwk = z.looseObject({ kty: z.literal('RSA'), kid: z.string(), n: z.string(), e: z.string() })

async function makeKey(path: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const jwk = await exportJWK(privateKey)
  const key = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM }
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(key, null, 2)}\n`, { mode: 0o600 })
  return key
}

/** The key that signs development tokens; created when there is none. @param path absolute; only its owner can read it */
export async function readDevelopmentKey(path: string) {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  const jwk = text === undefined ? await makeKey(path) : privateJwk.parse(JSON.parse(text))
  const { kid, kty, n, e } = privateJwk.parse(jwk)
  return {
    kid,
    algorithm: ALGORITHM,
    privateKey: await importJWK(jwk, ALGORITHM),
    /** The public key, as a key set. */
    keySet: { keys: [{ kty, kid, n, e, alg: ALGORITHM, use: 'sig' }] },
  }
}

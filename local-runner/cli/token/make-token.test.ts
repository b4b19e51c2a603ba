import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { apiSettings } from '../../api-gateway/api-settings.ts'
import { createJwtAuthorizer } from '../../api-gateway/jwt-authorizer.ts'
import { createFileKeySet } from '../../api-gateway/key-set.ts'
import { makeToken } from './make-token.ts'

const now = () => new Date(Date.UTC(2026, 0, 1))
const REQUEST = { authorizer: undefined, subject: 'c-42', scope: undefined, expiresInSeconds: 60 }
const shop = {
  jwtConfiguration: { issuer: 'https://issuer.example.org', audience: ['shop'] },
  localJwks: '.local/jwks.json',
  routes: { 'POST /orders': { authorizationScopes: ['orders:write'] } },
}

function project(authorizers: Readonly<Record<string, unknown>>) {
  const projectDirectory = mkdtempSync(join(tmpdir(), 'token-'))
  onTestFinished(() => rmSync(projectDirectory, { recursive: true }))
  return { api: apiSettings.parse({ stage: '$default', authorizers }), projectDirectory, now }
}

test('the authorizer accepts the token, again and again with the same key, until it expires', async () => {
  const deps = project({ shop })
  const token = await makeToken(REQUEST, deps)
  const again = await makeToken(REQUEST, deps)
  const [settings] = Object.values(deps.api.authorizers)
  if (settings?.authorizerType !== 'JWT') throw new Error('no JWT authorizer')
  const at = (seconds: number) =>
    createJwtAuthorizer({
      settings,
      authorizationScopes: ['orders:write'],
      getKey: createFileKeySet(join(deps.projectDirectory, '.local/jwks.json')),
      now: () => new Date(now().getTime() + seconds * 1000),
    })
  for (const authorization of [token, `Bearer ${again}`]) {
    expect(await at(59)({ authorization }, '')).toMatchObject({
      authorizer: { jwt: { claims: { sub: 'c-42', scope: 'orders:write' }, scopes: ['orders:write'] } },
    })
  }
  expect(await at(60)({ authorization: token }, '')).toMatchObject({ refusal: { statusCode: 401 } })
})

test('the key set may have an absolute path', async () => {
  const elsewhere = project({}).projectDirectory
  const localJwks = join(elsewhere, 'keys', 'jwks.json')
  await makeToken(REQUEST, project({ shop: { ...shop, localJwks } }))
  expect(existsSync(localJwks)).toBe(true)
})

test('nobody but its owner can read the key', async () => {
  const deps = project({ shop })
  await makeToken(REQUEST, deps)
  expect(statSync(join(deps.projectDirectory, '.local/token-key.json')).mode & 0o077).toBe(0)
})

test.each([
  [{}, undefined, 'functions/api.json has no JWT authorizer, so no route requires a token'],
  [{ shop, staff: { ...shop, routes: {} } }, undefined, 'Add --authorizer shop or staff.'],
  [
    { session: { authorizerType: 'REQUEST', functionName: 'auth', routes: {} } },
    undefined,
    'no JWT authorizer, so',
  ],
  [{ shop }, 'staff', 'no JWT authorizer "staff". It has shop.'],
  [{ shop: { ...shop, localJwks: undefined } }, undefined, 'Set its "localJwks"'],
])(
  'with the authorizers %o and --authorizer %s it says what to do',
  async (authorizers, authorizer, message) => {
    await expect(makeToken({ ...REQUEST, authorizer }, project(authorizers))).rejects.toThrow(message)
  },
)

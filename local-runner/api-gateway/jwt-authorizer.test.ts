import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAPIGatewayProxyEventV2 } from '@aws-lambda-powertools/event-handler/http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { createHealth, createHealthEndpoint } from '../health/health.ts'
import { createAuthorizers } from '../startup/create-authorizers.ts'
import { createFunctionListener } from '../startup/function-listener.ts'
import { serve } from '../testing/serve.ts'
import { apiSettings } from './api-settings.ts'

const ISSUER = 'https://issuer.example.org/pool'
const nowSeconds = Math.floor(Date.now() / 1000)
const key = await generateKeyPair('RS256', { extractable: true })
const otherKey = await generateKeyPair('RS256', { extractable: true })
const ecKey = await generateKeyPair('ES256', { extractable: true })
const good: JWTPayload = {
  iss: ISSUER,
  aud: 'shop',
  sub: 'c-42',
  exp: nowSeconds + 600,
  scope: 'orders:read orders:write',
}
const { exp: _exp, ...endless } = good
const { aud: _aud, ...withoutAudience } = good

const sign = (
  claims: JWTPayload,
  { alg = 'RS256', kid = 'k1' }: { readonly alg?: string; readonly kid?: string | null } = {},
  privateKey = key.privateKey,
) => new SignJWT(claims).setProtectedHeader({ alg, ...(kid !== null && { kid }) }).sign(privateKey)

async function serveGuarded(more: Readonly<Record<string, unknown>> = {}) {
  const projectDirectory = mkdtempSync(join(tmpdir(), 'jwks-'))
  onTestFinished(() => rmSync(projectDirectory, { recursive: true }))
  const keys = [
    { ...(await exportJWK(key.publicKey)), kid: 'k1' },
    { ...(await exportJWK(ecKey.publicKey)), kid: 'ec' },
  ]
  writeFileSync(join(projectDirectory, 'jwks.json'), JSON.stringify({ keys }))
  const api = apiSettings.parse({
    stage: '$default',
    authorizers: {
      shop: {
        jwtConfiguration: { issuer: ISSUER, audience: ['shop', 'back-office'] },
        localJwks: 'jwks.json',
        routes: {
          'POST /orders': { authorizationScopes: ['orders:write', 'orders:admin'] },
          'GET /orders/{orderId}': {},
        },
        ...more,
      },
    },
  })
  const { url } = await serve(
    createFunctionListener({
      routeKeys: ['POST /orders', 'GET /orders/{orderId}', 'GET /open'],
      api,
      authorizerOf: createAuthorizers({
        api,
        projectDirectory,
        findFunction: () => undefined,
        onProblem: () => undefined,
      }),
      invoke: async (payload) => ({ outcome: 'success', payload }),
      health: createHealthEndpoint(createHealth()),
      onInvalidAnswer: () => undefined,
      lambdaApi: async () => undefined,
    }),
  )
  const ask = async (method: string, path: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: token }
    const response = await fetch(url + path, { method, headers })
    const body: unknown = await response.json()
    return { status: response.status, challenge: response.headers.get('www-authenticate'), body }
  }
  return { ask }
}

test('[4.1] claims come as text, lists as [a b], null not at all, and scopes only on a route with scopes', async () => {
  const { ask } = await serveGuarded()
  const claims = { ...good, groups: ['a', 'b'], admin: true, email: null }
  const read = await ask('GET', '/orders/1', await sign(claims))
  expect(read.body).toMatchObject({
    requestContext: {
      authorizer: {
        jwt: {
          claims: {
            iss: ISSUER,
            aud: 'shop',
            sub: 'c-42',
            exp: String(nowSeconds + 600),
            scope: 'orders:read orders:write',
            groups: '[a b]',
            admin: 'true',
          },
          scopes: null,
        },
      },
    },
  })
  expect(isAPIGatewayProxyEventV2(read.body)).toBe(true)
  expect(read.body).not.toHaveProperty('requestContext.authorizer.jwt.claims.email')
  const written = await ask('POST', '/orders', `Bearer ${await sign(claims)}`)
  expect(written.body).toMatchObject({
    requestContext: { authorizer: { jwt: { scopes: ['orders:read', 'orders:write'] } } },
  })
})

test('[4.3] a route without an authorizer is open, and its event has none', async () => {
  const { ask } = await serveGuarded()
  const { status, body } = await ask('GET', '/open')
  expect(status).toBe(200)
  expect(body).not.toHaveProperty('requestContext.authorizer')
})

test('[4.2] [4.3] a path with escapes has the authorizer of the route that it decodes to', async () => {
  const { ask } = await serveGuarded()
  expect((await ask('POST', '/%6Frders')).status).toBe(401)
  expect((await ask('GET', '/order%73/1')).status).toBe(401)
})

test('[4.3] no token is 401', async () => {
  const { ask } = await serveGuarded()
  expect(await ask('POST', '/orders')).toEqual({
    status: 401,
    challenge: 'Bearer',
    body: { message: 'Unauthorized' },
  })
})

const challenge = (fault: string) =>
  `Bearer scope="orders:write orders:admin" error="invalid_token" error_description="${fault}"`
const HS256_WITH_PUBLIC_KEY = 'eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0.e30.c2lnbmF0dXJl'
const UNSIGNED = `${Buffer.from('{"alg":"none","kid":"k1"}').toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`

test.each([
  ['expired', () => sign({ ...good, exp: nowSeconds - 1 }), 'the token has expired'],
  ['for another audience', () => sign({ ...good, aud: 'other' }), 'the token does not have a valid audience'],
  [
    'with a good client_id but another aud',
    () => sign({ ...good, aud: 'other', client_id: 'shop' }),
    'the token does not have a valid audience',
  ],
  [
    'of another issuer',
    () => sign({ ...good, iss: 'https://evil.example' }),
    'the token has an invalid issuer',
  ],
  ['not valid yet', () => sign({ ...good, nbf: nowSeconds + 600 }), expect.stringContaining('nbf')],
  [
    'issued in the future',
    () => sign({ ...good, iat: nowSeconds + 600 }),
    'the token was issued in the future',
  ],
  ['without exp', () => sign(endless), 'the token has no exp claim'],
  ['signed with another key', () => sign(good, {}, otherKey.privateKey), 'signature verification failed'],
  ['without a kid', () => sign(good, { kid: null }), 'the token has no kid'],
  ['with an unknown kid', () => sign(good, { kid: 'k2' }), expect.stringContaining('no applicable key')],
  [
    'signed with an elliptic curve',
    () => sign(good, { alg: 'ES256', kid: 'ec' }, ecKey.privateKey),
    expect.stringContaining('alg'),
  ],
  ['with a shared secret', async () => HS256_WITH_PUBLIC_KEY, expect.stringContaining('alg')],
  ['unsigned', async () => UNSIGNED, expect.stringContaining('alg')],
  ['no token at all', async () => 'abc', expect.stringContaining('Invalid Compact JWS')],
])('[4.3] a token %s is 401', async (_, make, fault: unknown) => {
  const { ask } = await serveGuarded()
  const answer = await ask('POST', '/orders', await make())
  expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' } })
  if (typeof fault === 'string') expect(answer.challenge).toBe(challenge(fault))
  else expect(answer.challenge).toEqual(fault)
})

test('[4.3] client_id stands for a missing aud', async () => {
  const { ask } = await serveGuarded()
  const token = await sign({ ...withoutAudience, client_id: 'back-office' })
  expect((await ask('POST', '/orders', token)).status).toBe(200)
})

test('[4.3] a good token without any of the route’s scopes is 403, with the challenge recorded from AWS', async () => {
  const { ask } = await serveGuarded()
  expect(await ask('POST', '/orders', await sign({ ...good, scope: 'orders:read' }))).toEqual({
    status: 403,
    challenge:
      'Bearer scope="orders:write orders:admin" error="insufficient_scope" error_description="expected scopes: [orders:write orders:admin]"',
    body: { message: 'Forbidden' },
  })
  expect(
    (await ask('POST', '/orders', await sign({ ...good, scope: '', scp: ['orders:admin'] }))).status,
  ).toBe(200)
})

test('[4.1] [4.3] scp wins over scope', async () => {
  const { ask } = await serveGuarded()
  const both = await ask('POST', '/orders', await sign({ ...good, scp: ['orders:admin', 'mail'] }))
  expect(both.body).toMatchObject({
    requestContext: { authorizer: { jwt: { scopes: ['orders:admin', 'mail'] } } },
  })
  expect((await ask('POST', '/orders', await sign({ ...good, scp: 'orders:read' }))).status).toBe(403)
})

test('[4.3] a token cannot write headers: what it names is in the challenge as printable text', async () => {
  const { ask } = await serveGuarded()
  const header = { alg: 'RS256', kid: 'k1', crit: ['a\r\nx-evil: "1\\" ☕'] }
  const token = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.c2ln`
  const { status, challenge: text } = await ask('GET', '/orders/1', token)
  expect(status).toBe(401)
  expect(text).toMatch(
    /^Bearer scope="" error="invalid_token" error_description="[ !#-[\]-~]*x-evil: '1'' {2}[^"]*"$/,
  )
})

test('the key set may have an absolute path', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'absolute-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const keys = [{ ...(await exportJWK(key.publicKey)), kid: 'k1' }]
  writeFileSync(join(directory, 'jwks.json'), JSON.stringify({ keys }))
  const { ask } = await serveGuarded({ localJwks: join(directory, 'jwks.json') })
  expect((await ask('GET', '/orders/1', await sign(good))).status).toBe(200)
})

test('[4.3] the token may come in the query string', async () => {
  const { ask } = await serveGuarded({ identitySource: '$request.querystring.token' })
  expect((await ask('GET', `/orders/1?token=${await sign(good)}`)).status).toBe(200)
  expect((await ask('GET', '/orders/1', await sign(good))).status).toBe(401)
})

test.each(['', 'a b', 'a"b', 'größe'])(
  'a route cannot require the scope %j, which no token and no challenge can name',
  (scope) => {
    const jwtConfiguration = { issuer: ISSUER, audience: ['shop'] }
    const routes = { 'GET /a': { authorizationScopes: [scope] } }
    const { error } = apiSettings.safeParse({
      stage: '$default',
      authorizers: { shop: { jwtConfiguration, routes } },
    })
    expect(error?.message).toContain('A scope is printable ASCII')
  },
)

test('without a key set every token is refused, and the answer says what to do', async () => {
  const { ask } = await serveGuarded({ localJwks: 'missing.json' })
  expect((await ask('GET', '/orders/1', await sign(good))).challenge).toContain('`npm run token` writes one')
})

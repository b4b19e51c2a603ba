import { expect, test } from 'vitest'
import { parseManifest } from './manifest.ts'

const order = {
  name: 'order',
  port: 8081,
  handler: 'index.handler',
  buildId: 'x',
  triggers: { http: ['POST /orders'] },
}
const manifestOf = (...functions: readonly object[]) => ({
  functions,
  topics: [],
  api: { stage: '$default' },
})

test("what function.json leaves out has AWS's defaults", () => {
  expect(parseManifest(manifestOf(order)).functions[0]).toMatchObject({
    memorySize: 128,
    timeout: 3,
    environment: [],
    seed: [],
  })
})

test.each([
  ['an unknown key', { ...order, timeoutSeconds: 3 }, /function "order".*timeoutSeconds/],
  ['a timeout over 900', { ...order, timeout: 901 }, /function "order", timeout: .*900/],
  [
    'a reserved variable',
    { ...order, environment: ['AWS_REGION'] },
    /environment.0: Lambda reserves this name/,
  ],
  ['a malformed route', { ...order, triggers: { http: ['/orders'] } }, /triggers.http.0: A route is/],
  [
    '{name+} before the end',
    { ...order, triggers: { http: ['GET /{a+}/b'] } },
    /triggers.http.0: A route is/,
  ],
  [
    'rate(1 minutes)',
    { ...order, triggers: { schedule: [{ scheduleExpression: 'rate(1 minutes)' }] } },
    /scheduleExpression: Use rate/,
  ],
  [
    'a parameter of a mapping past its range, in the words of AWS,',
    { ...order, triggers: { kafka: [{ batchSize: 0 }] } },
    /function "order", triggers.kafka.0.batchSize: Value '0' at 'batchSize' failed to satisfy constraint: Member must have value greater than or equal to 1/,
  ],
  ['two topics', { ...order, triggers: { kafka: [{ topics: ['a', 'b'] }] } }, /triggers.kafka.0.topics/],
])('%s is refused with the function, the key and the rule', (_, definition, message) => {
  expect(() => parseManifest(manifestOf(definition))).toThrow(message)
})

test('two functions cannot have one name or one port', () => {
  expect(() => parseManifest(manifestOf(order, order))).toThrow(
    /name: order is taken by the function "order"/,
  )
  expect(() => parseManifest(manifestOf(order, { ...order, name: 'b' }))).toThrow(
    /function "b", port: 8081 is taken/,
  )
})

test("a function URL needs a port that is nobody else's", () => {
  const withUrl = (localPort: number) => ({ ...order, functionUrlConfig: { localPort, authType: 'NONE' } })
  const other = { name: 'b', port: 8082 }
  expect(parseManifest(manifestOf(withUrl(8091), { ...order, ...other })).functions[0]).toMatchObject({
    functionUrlConfig: { localPort: 8091, authType: 'NONE', invokeMode: 'BUFFERED' },
  })
  expect(() => parseManifest(manifestOf(withUrl(8082), { ...order, ...other }))).toThrow(
    'function "order", functionUrlConfig.localPort: 8082 is taken by the function "b"',
  )
  expect(() => parseManifest(manifestOf(withUrl(8091), { ...withUrl(8091), ...other }))).toThrow(
    'function "b", functionUrlConfig.localPort: 8091 is taken by the URL of "order"',
  )
})

test('a Lambda authorizer needs a function of the project', () => {
  const manifest = (functionName: string) => ({
    ...manifestOf(order),
    api: {
      stage: '$default',
      authorizers: { session: { authorizerType: 'REQUEST', functionName, routes: { 'POST /orders': {} } } },
    },
  })
  expect(() => parseManifest(manifest('order'))).not.toThrow()
  expect(() => parseManifest(manifest('auth'))).toThrow(
    'api.authorizers.session.functionName: there is no function "auth"',
  )
})

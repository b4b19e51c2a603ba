import { expect, test } from 'vitest'
import { hostOf } from '../testing/host-of.ts'

const WAIT = 'const wait = (ms) => new Promise((done) => setTimeout(done, ms));'
const ok = (value: unknown) => ({ outcome: 'success', payload: JSON.stringify(value) })
const failed = (errorType: string, errorMessage: unknown) => ({
  outcome: 'function-error',
  error: expect.objectContaining({ errorType, errorMessage }) as unknown,
})

test('an environment is initialized once and reused', async () => {
  const { invoke, events } = hostOf('let n = 0; exports.handler = async () => ++n')
  expect(await invoke('{}')).toEqual(ok(1))
  expect(await invoke('{}')).toEqual(ok(2))
  const finished = events.filter(({ name }) => name === 'invocation.finished')
  expect(finished.map(({ initMs }) => typeof initMs)).toEqual(['number', 'undefined'])
})

test.each([
  ['a synchronous handler', 'exports.handler = (event) => event.a', ok(1)],
  ['undefined', 'exports.handler = async () => undefined', { outcome: 'success', payload: 'null' }],
  ['a plain throw', "exports.handler = () => { throw new TypeError('no') }", failed('TypeError', 'no')],
  ['a thrown string', "exports.handler = () => { throw 'text' }", failed('string', 'text')],
  [
    'a cycle',
    'exports.handler = () => { const a = {}; a.a = a; return a }',
    failed('Runtime.JSONStringifyError', 'Unable to stringify response body'),
  ],
  [
    'no such export',
    'exports.other = 1',
    failed('Runtime.HandlerNotFound', 'index.handler is undefined or not exported'),
  ],
  [
    'a missing module',
    "require('not-there')",
    failed('Runtime.ImportModuleError', expect.stringMatching(/^Error: Cannot find module 'not-there'/)),
  ],
  [
    'bad syntax',
    'exports.handler = (',
    failed('Runtime.UserCodeSyntaxError', expect.stringMatching(/^SyntaxError/)),
  ],
  [
    'a callback handler',
    'exports.handler = (event, context, callback) => 1',
    failed('Runtime.CallbackHandlerDeprecated', expect.stringMatching(/^ERROR: AWS Lambda has removed/)),
  ],
  ['a throw while loading', "throw new RangeError('at load')", failed('RangeError', 'at load')],
  [
    'process.exit(3)',
    'exports.handler = () => process.exit(3)',
    failed(
      'Runtime.ExitError',
      expect.stringMatching(/^RequestId: .* Error: Runtime exited with error: exit status 3$/),
    ),
  ],
  [
    'process.exit(0)',
    'exports.handler = () => process.exit(0)',
    failed('Runtime.ExitError', expect.stringMatching(/Runtime exited without providing a reason$/)),
  ],
  [
    'process.exit while loading',
    'process.exit(1)',
    failed('Runtime.ExitError', expect.stringMatching(/exit status 1$/)),
  ],
  [
    'a throw outside the handler',
    `${WAIT} exports.handler = async () => { setImmediate(() => { throw new Error('late') }); await wait(10_000) }`,
    failed('Runtime.ExitError', expect.stringMatching(/exit status 1$/)),
  ],
  [
    'an unhandled rejection',
    `${WAIT} exports.handler = async () => { Promise.reject(new Error('late')); await wait(10_000) }`,
    failed('Runtime.ExitError', expect.stringMatching(/exit status 1$/)),
  ],
  [
    'a promise that can never settle',
    'exports.handler = () => new Promise(() => {})',
    failed('Runtime.ExitError', expect.stringMatching(/without providing a reason$/)),
  ],
  [
    'running out of memory',
    'exports.handler = () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())) }',
    failed('Runtime.ExitError', expect.stringMatching(/signal: killed$/)),
  ],
  [
    'an answer over 6 MB',
    "exports.handler = () => 'x'.repeat(6_291_560)",
    failed(
      'Function.ResponseSizeTooLarge',
      'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    ),
  ],
])('%s is answered as AWS answers it, and the host lives on', async (_, source, expected) => {
  const { invoke } = hostOf(source, { timeout: 5 })
  expect(await invoke('{"a":1}')).toEqual(expected)
  expect(await invoke('{"a":1}')).toEqual(expected)
})

test('a handler that runs too long is killed with its environment, even in an endless loop', async () => {
  const { invoke } = hostOf(
    'let n = 0; exports.handler = (event) => { n++; for (; event.loop;); return n }',
    { timeout: 1 },
  )
  expect(await invoke('{}')).toEqual(ok(1))
  expect(await invoke('{"loop":true}')).toEqual(
    failed(
      'Sandbox.Timedout',
      expect.stringMatching(/^RequestId: .* Error: Task timed out after 1.00 seconds$/),
    ),
  )
  expect(await invoke('{}')).toEqual(ok(1))
})

test('calls at once get environments of their own, each running one at a time', async () => {
  const source = `${WAIT} let busy = 0, most = 0;
    exports.handler = async () => { most = Math.max(most, ++busy); await wait(20); busy--; return most }`
  const { invoke, events } = hostOf(source, { reservedConcurrency: 2 })
  const results = await Promise.all(Array.from({ length: 8 }, () => invoke('{}')))
  expect(results).toEqual(Array.from({ length: 8 }, () => ok(1)))
  expect(events.filter(({ name }) => name === 'environment.starting')).toHaveLength(2)
})

test('with maxConcurrency one environment runs calls side by side, each with its own request id in the log', async () => {
  const source = `${WAIT} let busy = 0;
    exports.handler = async (event, context) => {
      busy++; await wait(200); console.log('at', busy); return [context.awsRequestId, process.env.AWS_LAMBDA_MAX_CONCURRENCY]
    }`
  const { invoke, events } = hostOf(source, { maxConcurrency: 4, reservedConcurrency: 1 })
  const results = await Promise.all(Array.from({ length: 4 }, () => invoke('{}')))
  const logged = events
    .filter(({ name }) => name === 'log')
    .map(({ requestId, line }) => `${String(requestId)} ${String(line)}`)
  expect(logged).toHaveLength(4)
  for (const line of logged) expect(line).toMatch(/^(\S+) .*\t\1\tINFO\tat 4$/)
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(4)
  expect(JSON.stringify(results[0])).toContain('\\"4\\"')
})

test('with maxConcurrency a late call fails alone, and its environment retires when the others have ended', async () => {
  const source = `${WAIT} const born = Math.random();
    exports.handler = async (event) => { await wait(event.ms); return born }`
  const { invoke, events } = hostOf(source, { maxConcurrency: 4, reservedConcurrency: 1, timeout: 1 })
  const first = await invoke('{"ms":0}')
  const late = invoke('{"ms":5000}')
  expect(await invoke('{"ms":100}')).toEqual(first)
  expect(await late).toEqual(failed('Sandbox.Timedout', expect.anything()))
  expect(await invoke('{"ms":0}')).not.toEqual(first)
  await expect.poll(() => events.filter(({ name }) => name === 'environment.ended')).toHaveLength(1)
})

test('an environment that dies between calls is replaced', async () => {
  const { invoke, events } = hostOf('setTimeout(() => process.exit(1), 300); exports.handler = () => 1', {
    reservedConcurrency: 1,
  })
  expect(await invoke('{}')).toEqual(ok(1))
  await expect
    .poll(async () => {
      await invoke('{}')
      return events.filter(({ name }) => name === 'environment.ended').length
    })
    .toBeGreaterThan(0)
  expect(await invoke('{}')).toEqual(ok(1))
})

test('stopping throttles those who wait and finishes what runs', async () => {
  const { invoke, stop, events } = hostOf(
    `${WAIT} exports.handler = async () => { await wait(200); return 1 }`,
    { reservedConcurrency: 1 },
  )
  const running = invoke('{}')
  await expect.poll(() => events.some(({ name }) => name === 'invocation.started')).toBe(true)
  const waiting = invoke('{}')
  await stop()
  expect(await running).toEqual(ok(1))
  expect(await waiting).toEqual({ outcome: 'throttled', reason: 'The runner is stopping.' })
  expect(await invoke('{}')).toMatchObject({ outcome: 'throttled' })
})

test('the handler sees its own variables and those of Lambda, and nothing of the runner', async () => {
  const { invoke } = hostOf('exports.handler = () => process.env', { memorySize: 256 })
  const result = await invoke('{}')
  const env: unknown = result.outcome === 'success' ? JSON.parse(result.payload) : result
  expect(env).toMatchObject({
    OWN: 'mine',
    AWS_LAMBDA_FUNCTION_NAME: 'tried',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    _HANDLER: 'index.handler',
  })
  expect(env).not.toHaveProperty('PATH')
  expect(env).not.toHaveProperty('AWS_LAMBDA_MAX_CONCURRENCY')
})

test('the context is that of Node 24: no callback-era fields, and a clock that runs down', async () => {
  const { invoke } = hostOf(
    'exports.handler = (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })',
    { timeout: 7 },
  )
  const result = await invoke('{}')
  const context: unknown = result.outcome === 'success' ? JSON.parse(result.payload) : result
  expect(context).toEqual({
    functionName: 'tried',
    functionVersion: '$LATEST',
    memoryLimitInMB: '128',
    logGroupName: '/aws/lambda/tried',
    logStreamName: expect.stringContaining('[$LATEST]') as unknown,
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tried',
    awsRequestId: expect.any(String) as unknown,
    xRayTraceId: expect.stringMatching(/^Root=1-/) as unknown,
    left: expect.any(Number) as unknown,
  })
})

import { randomUUID } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { describe, expect, onTestFinished, test } from 'vitest'
import { environmentKinds } from '../../testing/environment-kinds.ts'
import { eventsNamed } from '../../testing/events-named.ts'

const WAIT = 'const wait = (ms) => new Promise((done) => setTimeout(done, ms));'
const ok = (value: unknown) => ({ outcome: 'success', payload: JSON.stringify(value) })
const failed = (errorType: string, errorMessage: unknown) => ({
  outcome: 'function-error',
  error: expect.objectContaining({ errorType, errorMessage }) as unknown,
})
const message = (pattern: RegExp): unknown => expect.stringMatching(pattern)
const REQUEST_ID = 'RequestId: [0-9a-f-]{36} Error: '

describe.each(environmentKinds)('$kind environment', ({ kind, missing, open }) => {
  if (missing !== undefined) {
    // Under CI what is not proven is a failure; elsewhere the report says so.
    test.runIf(process.env.CI)('can be tried', () => expect.fail(missing))
    test.skip(`is not tried: ${missing}`)
    return
  }
  const host = (source: string, definition: Readonly<Record<string, unknown>> = {}) =>
    open({ files: { 'index.cjs': source }, definition: { timeout: 10, ...definition } })
  const parsed = async (source: string, options = {}) => {
    const { invoke } = await host(source)
    const result = await invoke('{}', options)
    const value: unknown = result.outcome === 'success' ? JSON.parse(result.payload) : result
    return value
  }
  /** The runner cannot know how a foreign program ended. */
  const exitError = (how: RegExp) =>
    failed(
      'Runtime.ExitError',
      message(
        kind === 'external'
          ? new RegExp(`^${REQUEST_ID}Runtime exited without providing a reason$`)
          : new RegExp(`^${REQUEST_ID}${how.source}$`),
      ),
    )

  test('[3.4] code outside the handler runs once, and the environment is used again', async () => {
    const { invoke, events } = await host('let n = 0; exports.handler = async () => ++n')
    expect(await invoke('{}')).toEqual(ok(1))
    expect(await invoke('{}')).toEqual(ok(2))
    const finished = eventsNamed(events, 'invocation.finished')
    expect(finished.map(({ initMs }) => typeof initMs)).toEqual(['number', 'undefined'])
  })

  test.each([
    ['[3.2] what a synchronous handler returns is the result', 'exports.handler = (event) => event.a', ok(1)],
    [
      '[3.2] undefined is null on the wire',
      'exports.handler = async () => undefined',
      { outcome: 'success', payload: 'null' },
    ],
    [
      '[3.5] [6.11] a throw is reported by the name of its error',
      "exports.handler = () => { throw new TypeError('no') }",
      failed('TypeError', 'no'),
    ],
    [
      '[3.5] a thrown value that is no error is reported by its type',
      "exports.handler = () => { throw 'text' }",
      { outcome: 'function-error', error: { errorType: 'string', errorMessage: 'text', trace: [] } },
    ],
    [
      '[3.2] a result that does not serialize is an error of the runtime',
      'exports.handler = () => { const a = {}; a.a = a; return a }',
      failed('Runtime.JSONStringifyError', 'Unable to stringify response body'),
    ],
    [
      '[3.2] a missing export is found at init',
      'exports.other = 1',
      failed('Runtime.HandlerNotFound', 'index.handler is undefined or not exported'),
    ],
    [
      '[3.2] a missing module is found at init',
      "require('not-there')",
      failed('Runtime.ImportModuleError', message(/^Error: Cannot find module 'not-there'/)),
    ],
    [
      '[3.2] bad syntax is found at init',
      'exports.handler = (',
      failed('Runtime.UserCodeSyntaxError', message(/^SyntaxError/)),
    ],
    [
      '[3.2] [6.12] a handler with three parameters is refused at init',
      'exports.handler = (event, context, callback) => 1',
      failed(
        'Runtime.CallbackHandlerDeprecated',
        message(/^ERROR: AWS Lambda has removed support for callback/),
      ),
    ],
    [
      '[3.4] a throw while loading is the answer',
      "throw new RangeError('at load')",
      failed('RangeError', 'at load'),
    ],
    [
      '[3.5] process.exit(3) is reported with its code',
      'exports.handler = () => process.exit(3)',
      exitError(/Runtime exited with error: exit status 3/),
    ],
    [
      '[3.5] process.exit(0) has no reason',
      'exports.handler = () => process.exit(0)',
      exitError(/Runtime exited without providing a reason/),
    ],
    [
      '[3.5] process.exit while loading is the answer',
      'process.exit(1)',
      kind === 'external'
        ? failed('Sandbox.Timedout', message(/Task timed out/))
        : exitError(/Runtime exited with error: exit status 1/),
    ],
    [
      '[3.2] a throw outside the handler ends the runtime',
      `${WAIT} exports.handler = async () => { setImmediate(() => { throw new Error('late') }); await wait(10_000) }`,
      exitError(/Runtime exited with error: exit status 1/),
    ],
    [
      '[3.2] an unhandled rejection ends the runtime',
      `${WAIT} exports.handler = async () => { Promise.reject(new Error('late')); await wait(10_000) }`,
      exitError(/Runtime exited with error: exit status 1/),
    ],
    [
      '[3.2] a promise that can never settle ends the runtime',
      'exports.handler = () => new Promise(() => {})',
      exitError(/Runtime exited without providing a reason/),
    ],
    [
      '[3.5] an answer over 6 MB is the error',
      "exports.handler = () => 'x'.repeat(6_291_560)",
      {
        outcome: 'function-error',
        error: {
          errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
          errorType: 'Function.ResponseSizeTooLarge',
        },
      },
    ],
  ])('%s, and the runner is well', async (_, source, expected) => {
    const { invoke } = await host(source, kind === 'external' ? { timeout: 2 } : {})
    expect(await invoke('{"a":1}')).toEqual(expected)
    expect(await invoke('{"a":1}')).toEqual(expected)
  })

  // What follows is true of some kinds only; README.md says of which, and why.
  if (kind !== 'external') {
    test('[3.4] a handler that needs more memory than it has is killed, and the runner is well', async () => {
      const { invoke } = await host(
        'exports.handler = ({ more }) => { const all = []; for (; more;) all.push(new Array(1e5).fill(Math.random())); return 1 }',
      )
      expect(await invoke('{"more":true}')).toEqual(
        exitError(/Runtime exited with error: signal: (killed|aborted)/),
      )
      expect(await invoke('{}')).toEqual(ok(1))
    })
  }

  if (kind !== 'external') {
    test('[3.4] at the end the runtime is killed at once: it hears no SIGTERM and runs nothing more', async () => {
      const file = join(tmpdir(), `heard-${randomUUID()}`)
      const { invoke, stop } = await host(
        `const { writeFileSync } = require('node:fs')
         for (const event of ['SIGTERM', 'exit', 'beforeExit']) process.on(event, () => writeFileSync('${file}', event))
         exports.handler = () => 1`,
      )
      expect(await invoke('{}')).toEqual(ok(1))
      await stop()
      expect(existsSync(file)).toBe(false)
    })
  }

  if (kind === 'external') {
    test('[3.4] calls at once wait for the one runtime there is', async () => {
      const { invoke, events } = await host('let n = 0; exports.handler = () => ++n')
      expect(await Promise.all([invoke('{}'), invoke('{}'), invoke('{}')])).toEqual([ok(1), ok(2), ok(3)])
      expect(events.filter(({ name }) => name === 'environment.starting')).toHaveLength(1)
    })
  }

  if (kind === 'process') {
    test('[3.4] a handler whose Buffers need more memory than it has is killed as well', async () => {
      const { invoke } = await host(
        `${WAIT} const all = []; exports.handler = async ({ more }) => {
         for (; more; await wait(1)) all.push(Buffer.alloc(1e6, 1)); return 1 }`,
      )
      expect(await invoke('{"more":true}')).toEqual(exitError(/Runtime exited with error: signal: killed/))
      expect(await invoke('{}')).toEqual(ok(1))
    })
  }

  if (kind !== 'worker') {
    test('[3.4] native code that crashes ends its own process only', async () => {
      const { invoke } = await host(
        "exports.handler = ({ crash }) => { if (crash) process.kill(process.pid, 'SIGSEGV'); return 1 }",
      )
      expect(await invoke('{}')).toEqual(ok(1))
      expect(await invoke('{"crash":true}')).toEqual(
        exitError(/Runtime exited with error: signal: segmentation fault/),
      )
      expect(await invoke('{}')).toEqual(ok(1))
    })
  }

  test('[3.4] [6.10] a timeout kills the runtime, even in an endless loop; its place is initialized again, /tmp kept', async () => {
    const { invoke, events } = await host(
      `const { writeFileSync, existsSync } = require('node:fs'); let n = 0
       exports.handler = ({ loop, file }) => { n++; if (loop) writeFileSync(file, ''); for (; loop;); return [n, existsSync(file)] }`,
      { timeout: 2 },
    )
    const file = join(tmpdir(), `kept-${randomUUID()}`)
    onTestFinished(() => rmSync(file))
    expect(await invoke(JSON.stringify({ file }))).toEqual(ok([1, false]))
    expect(await invoke(JSON.stringify({ loop: true, file }))).toEqual({
      outcome: 'function-error',
      error: {
        errorType: 'Sandbox.Timedout',
        errorMessage: message(new RegExp(`^${REQUEST_ID}Task timed out after 2.00 seconds$`)),
      },
    })
    expect(await invoke(JSON.stringify({ file }))).toEqual(ok([1, true]))
    const started = eventsNamed(events, 'invocation.started')
    expect(new Set(started.map(({ logStreamName }) => logStreamName)).size).toBe(1)
    expect(events.filter(({ name }) => name === 'environment.init')).toHaveLength(1)
    const finished = eventsNamed(events, 'invocation.finished')
    expect(finished.map(({ initMs, status }) => [typeof initMs, status])).toEqual([
      ['number', undefined],
      ['undefined', 'timeout'],
      ['undefined', undefined],
    ])
  })

  test('[3.3] the context describes the invocation', async () => {
    const context = await parsed(
      'exports.handler = (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })',
      { requestId: 'r-1', traceId: 'Root=1-1-1;Parent=1;Sampled=0', clientContext: '{"custom":{"ä":1}}' },
    )
    expect(context).toEqual({
      functionName: 'tried',
      functionVersion: '$LATEST',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/tried',
      logStreamName: kind === 'external' ? 'external' : message(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]/),
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tried',
      awsRequestId: 'r-1',
      clientContext: { custom: { ä: 1 } },
      xRayTraceId: 'Root=1-1-1;Parent=1;Sampled=0',
      left: expect.any(Number) as unknown,
    })
    const { left } = context as { readonly left: number }
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(10_000)
  })

  test('[3.3] the ARN in the context ends in the qualifier that the caller named', async () => {
    const arn = await parsed('exports.handler = (event, context) => context.invokedFunctionArn', {
      qualifier: '$LATEST',
    })
    expect(arn).toBe('arn:aws:lambda:us-east-1:000000000000:function:tried:$LATEST')
  })

  test('[3.3] the tenant is in the context and in InvokeStore, with the facts of the invocation', async () => {
    const facts = await parsed(
      `exports.handler = async (event, context) => {
         const store = awslambda.InvokeStore
         return [context.tenantId, store.getRequestId(), store.getXRayTraceId(), process.env._X_AMZN_TRACE_ID] }`,
      { requestId: 'r-2', traceId: 'Root=1-2-2;Parent=2;Sampled=1', tenantId: 'blue' },
    )
    const trace = 'Root=1-2-2;Parent=2;Sampled=1'
    expect(facts).toEqual(['blue', 'r-2', trace, trace])
  })

  test('[3.6] process.env is that of Lambda, with the own variables and nothing of the runner', async () => {
    const env = await parsed('exports.handler = () => process.env')
    expect(env).toMatchObject({
      OWN: 'mine',
      _HANDLER: 'index.handler',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'tried',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
    })
    for (const name of ['HOME', 'VITEST', 'AWS_LAMBDA_MAX_CONCURRENCY', '_LAMBDA_TELEMETRY_LOG_FD']) {
      expect(env).not.toHaveProperty(name)
    }
  })

  test('[3.5] a stack trace names the source that was built, not the bundle', async () => {
    const source =
      'type A = number\n\nexport const handler = (a: A): never => {\n  throw new Error(`no ${a}`)\n}\n'
    const { code, map } = await transform(source, {
      loader: 'ts',
      format: 'cjs',
      minify: true,
      sourcemap: true,
      sourcefile: 'place-order.ts',
    })
    const { invoke } = await open({
      files: { 'index.cjs': `${code}//# sourceMappingURL=index.cjs.map\n`, 'index.cjs.map': map },
    })
    expect(JSON.stringify(await invoke('{}'))).toContain('place-order.ts:4')
  })

  test('[3.5] a streaming handler is answered whole to a caller who does not stream', async () => {
    const { invoke } = await host(
      `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
         const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201 })
         http.write('Grüße '); http.write('you'); http.end() })`,
    )
    const nul = String.fromCharCode(0).repeat(8)
    expect(await invoke('{}')).toEqual({ outcome: 'success', payload: `{"statusCode":201}${nul}Grüße you` })
  })

  test('[3.5] a caller who streams gets the bytes while the handler still writes', async () => {
    const { invoke } = await host(
      `${WAIT} const { existsSync } = require('node:fs')
       exports.handler = awslambda.streamifyResponse(async ({ file }, stream) => {
         stream.write(Buffer.from([0xff, 0])); for (; !existsSync(file);) await wait(5); stream.end('end') })`,
    )
    const file = join(tmpdir(), `go-on-${randomUUID()}`)
    onTestFinished(() => rmSync(file))
    const chunks: Uint8Array[] = []
    const onChunk = (chunk: Uint8Array) => {
      chunks.push(chunk)
      writeFileSync(file, '')
      return undefined
    }
    expect(await invoke(JSON.stringify({ file }), { onChunk })).toEqual({ outcome: 'success', payload: '' })
    expect(Buffer.concat(chunks)).toEqual(Buffer.from([0xff, 0, ...Buffer.from('end')]))
  })

  test('[3.5] a streaming handler that fails midway is an error, after what it wrote', async () => {
    const { invoke } = await host(
      `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
         stream.write('half'); throw new TypeError('midway') })`,
    )
    expect(await invoke('{}')).toEqual(failed('TypeError', 'midway'))
    const chunks: Uint8Array[] = []
    const streamed = await invoke('{}', { onChunk: (chunk) => void chunks.push(chunk) })
    expect(streamed).toEqual(failed('TypeError', 'midway'))
    expect(Buffer.concat(chunks).toString()).toBe('half')
  })

  test('[3.5] a streamed response over 200 MB is the error', async () => {
    const { invoke } = await host(
      `const chunk = Buffer.alloc(10 * 1024 * 1024)
       exports.handler = awslambda.streamifyResponse(async (event, stream) => {
         for (let n = 0; n < 21; n++) await new Promise((done) => stream.write(chunk, done)); stream.end() })`,
      { memorySize: 512 },
    )
    let bytes = 0
    const onChunk = ({ byteLength }: Uint8Array) => void (bytes += byteLength)
    expect(await invoke('{}', { onChunk })).toEqual(
      failed('Function.ResponseSizeTooLarge', message(/\(209715200 bytes\)/)),
    )
    expect(bytes).toBeLessThanOrEqual(209_715_200)
  })

  test.each([
    [
      'that sets its content type after it wrote',
      "async (event, stream) => { stream.write('x'); stream.setContentType('text/html') }",
      failed('Runtime.InvalidStreamingOperation', 'Cannot set content-type, too late.'),
    ],
    [
      'that is not async',
      "(event, stream) => { stream.write('x') }",
      failed('Error', 'Streaming does not support non-async handlers.'),
    ],
  ])('[3.5] a streaming handler %s is an error', async (_, handler, expected) => {
    const { invoke } = await host(`exports.handler = awslambda.streamifyResponse(${handler})`)
    expect(await invoke('{}')).toEqual(expected)
  })

  test('[3.5] a handler that does not stream answers a caller who does as any other', async () => {
    const { invoke } = await host('exports.handler = async () => 1')
    expect(await invoke('{}', { onChunk: () => expect.fail('a chunk') })).toEqual(ok(1))
  })

  test('[3.8] with maxConcurrency one environment runs invocations side by side', async () => {
    const { invoke } = await host(
      `${WAIT} let busy = 0; const all = [];
       exports.handler = async (event, context) => {
         busy++
         await new Promise((done) => { all.push(done); if (all.length === 4) for (const go of all) go() })
         return [busy, awslambda.InvokeStore.getRequestId() === context.awsRequestId, process.env.AWS_LAMBDA_MAX_CONCURRENCY,
           process.env.AWS_LAMBDA_INITIALIZATION_TYPE, process.env._X_AMZN_TRACE_ID] }`,
      { maxConcurrency: 4, reservedConcurrency: 1, memorySize: 512 },
    )
    const results = await Promise.all(Array.from({ length: 4 }, () => invoke('{}')))
    for (const result of results) expect(result).toEqual(ok([4, true, '4', 'lambda-managed-instances', null]))
  })
})

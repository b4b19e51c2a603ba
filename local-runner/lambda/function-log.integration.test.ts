import { expect, test } from 'vitest'
import { functionDefinition } from '../manifest/function-definition.ts'
import { eventsNamed } from '../testing/events-named.ts'
import { type Hosted, hostFiles, workerIn } from '../testing/host-of.ts'
import { missingRuntimeClient, RUNTIME_CLIENT } from '../testing/runtime-client.ts'
import type { EnvironmentKind } from './environments/start-environment.ts'

type Kind = readonly [string, (taskRoot: string) => EnvironmentKind]
const inProcess: Kind = ['process', () => ({ kind: 'process', runtimeClient: RUNTIME_CLIENT })]
const kinds: readonly Kind[] = [
  ['worker', workerIn],
  // The contract test of the environments covers what it logs without AWS's client.
  ...(missingRuntimeClient === undefined ? [inProcess] : []),
]

const logged = ({ events }: Hosted) => eventsNamed(events, 'log').map(({ line }) => line)

async function logOf(
  environment: (taskRoot: string) => EnvironmentKind,
  body: string,
  loggingConfig: object = { logFormat: 'Text' },
): Promise<readonly string[]> {
  const files = { 'index.cjs': `exports.handler = async () => { ${body} }` }
  const hosted = hostFiles({ files, definition: { loggingConfig }, environment })
  await hosted.invoke('{}', { requestId: 'r-1' })
  await hosted.stop()
  return logged(hosted)
}

test.each(kinds)(
  '[3.7] %s: console methods are lines of text with time, request id and level',
  async (_, kind) => {
    const lines = await logOf(
      kind,
      "console.trace('a'); console.debug('b'); console.log('c %d', 1); console.info({ d: 1 }); console.warn('e'); console.error('f'); console.fatal('g'); console.log('two\\nlines')",
    )
    const [, ...rest] = lines.map((line) => line.split('\t'))
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\tr-1\tTRACE\ta$/)
    expect(rest.map(([, requestId, level, message]) => [requestId, level, message])).toEqual([
      ['r-1', 'DEBUG', 'b'],
      ['r-1', 'INFO', 'c 1'],
      ['r-1', 'INFO', '{ d: 1 }'],
      ['r-1', 'WARN', 'e'],
      ['r-1', 'ERROR', 'f'],
      ['r-1', 'FATAL', 'g'],
      ['r-1', 'INFO', 'two\nlines'],
    ])
  },
)

test.each(kinds)('[3.7] %s: a function error is a line of its own', async (_, kind) => {
  const lines = await logOf(kind, "throw Object.assign(new TypeError('no'), { code: 'E_NO', extra: 1 })")
  expect(lines).toHaveLength(1)
  const [, requestId, level, what, json = ''] = lines[0]?.split('\t') ?? []
  expect([requestId, level, what]).toEqual(['r-1', 'ERROR', 'Invoke Error '])
  expect(JSON.parse(json)).toMatchObject({
    errorType: 'TypeError',
    errorMessage: 'no',
    code: 'E_NO',
    extra: 1,
    stack: expect.arrayContaining(['TypeError: no']) as unknown,
  })
})

test.each(kinds)(
  '[3.7] %s: outside an invocation the request id is -, and a failed init says so',
  async (_, kind) => {
    const files = { 'index.cjs': "console.log('loading'); throw new RangeError('at load')" }
    const hosted = hostFiles({ files, environment: kind })
    await hosted.warm()
    await hosted.stop()
    const [loading, failed = ''] = logged(hosted).map((line) => line.split('\t').slice(1))
    expect(loading).toEqual(['-', 'INFO', 'loading'])
    expect(failed.slice(0, 3)).toEqual(['-', 'ERROR', 'Init Error '])
    expect(JSON.parse(failed[3] ?? '')).toMatchObject({ errorType: 'RangeError', errorMessage: 'at load' })
  },
)

// Not with AWS's own client: 4.0.2 has the code, but never passes the tenant to it.
test('[3.7] in JSON a tenant is named in each line', async () => {
  const files = { 'index.cjs': "exports.handler = async () => console.log('in')" }
  const definition = { loggingConfig: { logFormat: 'JSON' } }
  const hosted = hostFiles({ files, definition, environment: workerIn })
  await hosted.invoke('{}', { requestId: 'r-1', tenantId: 'blue' })
  await hosted.stop()
  expect(JSON.parse(logged(hosted)[0] ?? '')).toMatchObject({ requestId: 'r-1', tenantId: 'blue' })
})

test.each(kinds)('[3.7] %s: what is written to stdout itself has nothing before it', async (_, kind) => {
  expect(await logOf(kind, "process.stdout.write('plain\\n'); await new Promise(setImmediate)")).toEqual([
    'plain',
  ])
})

test.each(kinds)('[3.7] %s: in JSON one argument is the message as it is', async (_, kind) => {
  const lines = await logOf(
    kind,
    "console.log({ a: 1 }); console.warn('text'); console.log(new TypeError('no'))",
    {
      logFormat: 'JSON',
    },
  )
  const timestamp: unknown = expect.stringMatching(/^\d{4}-.*Z$/)
  const head = { timestamp, requestId: 'r-1' }
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { ...head, level: 'INFO', message: { a: 1 } },
    { ...head, level: 'WARN', message: 'text' },
    {
      ...head,
      level: 'INFO',
      message: {
        errorType: 'TypeError',
        errorMessage: 'no',
        stackTrace: expect.arrayContaining(['TypeError: no']) as unknown,
      },
    },
  ])
})

test.each(kinds)(
  '[3.7] %s: in JSON several arguments are formatted, and the first error stands on top',
  async (_, kind) => {
    const [line = ''] = await logOf(kind, "console.error('failed: %s', 'x', new RangeError('no'))", {
      logFormat: 'JSON',
    })
    expect(JSON.parse(line)).toMatchObject({
      level: 'ERROR',
      message: expect.stringMatching(/^failed: x RangeError: no\n/) as unknown,
      errorType: 'RangeError',
      errorMessage: 'no',
      stackTrace: expect.arrayContaining(['RangeError: no']) as unknown,
    })
  },
)

test.each(kinds)(
  '[3.7] %s: in JSON lines under the level are left out, and the level is INFO by default',
  async (_, kind) => {
    const body = "console.debug('debug'); console.info('info'); console.warn('warn')"
    const messages = (lines: readonly string[]) =>
      lines.map((line) => (JSON.parse(line) as { readonly message: unknown }).message)
    expect(messages(await logOf(kind, body, { logFormat: 'JSON' }))).toEqual(['info', 'warn'])
    const warn = { logFormat: 'JSON', applicationLogLevel: 'WARN' }
    expect(messages(await logOf(kind, body, warn))).toEqual(['warn'])
  },
)

test('[3.7] levels without the JSON format are refused, as by AWS', () => {
  const loggingConfig = { logFormat: 'Text', applicationLogLevel: 'WARN' }
  const { error } = functionDefinition.safeParse({ name: 'tried', port: 1, triggers: {}, loggingConfig })
  expect(error?.issues).toMatchObject([{ message: 'Log levels need "logFormat": "JSON".' }])
})

test.each(kinds)(
  '[3.8] %s: of invocations at once each line is filed under its own',
  async (_, environment) => {
    const files = {
      'index.cjs': `const all = []
      exports.handler = async (event, context) => {
        await new Promise((done) => { all.push(done); if (all.length === 2) for (const go of all) go() })
        console.log(context.awsRequestId) }`,
    }
    const definition = { maxConcurrency: 2, reservedConcurrency: 1, memorySize: 512 }
    const hosted = hostFiles({ files, definition, environment })
    await Promise.all(['r-1', 'r-2'].map((requestId) => hosted.invoke('{}', { requestId })))
    await hosted.stop()
    const lines = eventsNamed(hosted.events, 'log')
    const filed = lines.map(({ requestId, line }) => [
      requestId,
      (JSON.parse(line) as { message: unknown }).message,
    ])
    expect(filed.sort()).toEqual([
      ['r-1', 'r-1'],
      ['r-2', 'r-2'],
    ])
  },
)

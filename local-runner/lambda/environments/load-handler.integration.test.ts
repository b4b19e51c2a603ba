import { expect, test } from 'vitest'
import { hostFiles, workerIn } from '../../testing/host-of.ts'
import { missingRuntimeClient, RUNTIME_CLIENT } from '../../testing/runtime-client.ts'
import type { EnvironmentKind } from './start-environment.ts'

/** AWS's own client proves that what is expected here is what AWS does. */
const inProcess = (): EnvironmentKind => ({ kind: 'process', runtimeClient: RUNTIME_CLIENT })
const kinds = missingRuntimeClient === undefined ? [workerIn, inProcess] : [workerIn]

const ok = (value: unknown) => ({ outcome: 'success', payload: JSON.stringify(value) })
const failed = (errorType: string, errorMessage: string) => ({
  outcome: 'function-error',
  error: expect.objectContaining({ errorType, errorMessage }) as unknown,
})

test.each([
  ['[3.2] the export may be a path', 'index.a.b', { 'index.js': 'exports.a = { b: () => 1 }' }, ok(1)],
  [
    '[3.2] a file of that very name comes first',
    'index.handler',
    { index: 'exports.handler = () => 0', 'index.js': 'exports.handler = () => 1' },
    ok(0),
  ],
  [
    '[3.2] .js comes before .mjs and .cjs',
    'index.handler',
    {
      'index.js': 'exports.handler = () => 1',
      'index.mjs': 'export const handler = () => 2',
      'index.cjs': 'exports.handler = () => 3',
    },
    ok(1),
  ],
  [
    '[3.2] .mjs comes before .cjs',
    'index.handler',
    { 'index.mjs': 'export const handler = async () => 2', 'index.cjs': 'exports.handler = () => 3' },
    ok(2),
  ],
  [
    '[3.2] the default export may hold the handler',
    'index.handler',
    { 'index.mjs': 'export default { handler: () => 4 }' },
    ok(4),
  ],
  [
    '[3.2] a module may wait at its top level',
    'index.handler',
    { 'index.mjs': 'const five = await Promise.resolve(5); export const handler = () => five' },
    ok(5),
  ],
  [
    '[3.2] a handler that is no function',
    'index.handler',
    { 'index.js': 'exports.handler = 1' },
    failed('Runtime.HandlerNotFound', 'index.handler is not a function'),
  ],
  [
    '[3.2] a handler string with ..',
    '../index.handler',
    {},
    failed(
      'Runtime.MalformedHandlerName',
      "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
    ),
  ],
  [
    '[3.2] a handler string without a dot',
    'index',
    {},
    failed('Runtime.MalformedHandlerName', 'Bad handler'),
  ],
  [
    '[3.2] [6.12] the context has nothing of the time of callbacks',
    'index.handler',
    {
      'index.js':
        "exports.handler = (event, context) => ['done', 'succeed', 'fail', 'callbackWaitsForEmptyEventLoop'].filter((key) => key in context)",
    },
    ok([]),
  ],
  [
    '[3.2] [6.12] what is left in the event loop is not waited for',
    'index.handler',
    { 'index.js': 'exports.handler = async () => { setTimeout(() => {}, 60_000); return 6 }' },
    ok(6),
  ],
  [
    '[3.5] an error in no class of its own keeps its own name',
    'index.handler',
    { 'index.js': "exports.handler = () => { throw Object.assign(new Error('m'), { name: 'Mine' }) }" },
    failed('Mine', 'm'),
  ],
])('%s', async (_, handler, files, expected) => {
  for (const environment of kinds) {
    const { invoke } = hostFiles({ files, definition: { handler, timeout: 10 }, environment })
    expect(await invoke('{}')).toEqual(expected)
  }
})

test('[3.3] the global awslambda can be kept away', async () => {
  const files = { 'index.js': 'exports.handler = () => typeof awslambda' }
  const variables = { AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA: '1' }
  for (const environment of kinds) {
    const { invoke } = hostFiles({ files, environment, variables })
    expect(await invoke('{}')).toEqual(ok('undefined'))
  }
})

import { moduleProbe, type Probe } from './probe.ts'

const files = (
  all: Readonly<Record<string, string>>,
  definition: Readonly<Record<string, unknown>> = {},
) => ({
  files: all,
  definition,
})

/** Loading the function. */
export const initProbes: readonly Probe[] = [
  moduleProbe('a throw while loading', "throw new RangeError('at load')"),
  moduleProbe('a thrown text while loading', "throw 'at load'"),
  moduleProbe('a throw while loading, in JSON', "throw new RangeError('at load')", {
    definition: { loggingConfig: { logFormat: 'JSON' } },
  }),
  moduleProbe('a missing module', "require('./nope')"),
  moduleProbe('a missing package', "require('not-there')"),
  moduleProbe(
    'a missing import',
    '',
    files({ 'index.mjs': "import './nope.mjs'\nexport const handler = () => 1" }),
  ),
  moduleProbe(
    'a missing imported package',
    '',
    files({ 'index.mjs': "import 'not-there'\nexport const handler = () => 1" }),
  ),
  moduleProbe(
    'a missing import of a name',
    '',
    files({ 'index.mjs': "import { nope } from 'node:fs'\nexport const handler = () => nope" }),
  ),
  moduleProbe('a missing handler file', '', files({ 'other.cjs': '' })),
  moduleProbe(
    'a missing handler file in a folder',
    '',
    files({ 'other.cjs': '' }, { handler: 'folder/index.handler' }),
  ),
  moduleProbe('bad syntax', 'exports.handler = ('),
  moduleProbe('bad syntax in the middle', 'const a = 1\nexports.handler = async () => {\n  const b c\n}'),
  moduleProbe(
    'bad syntax of a module',
    '',
    files({ 'index.mjs': 'export const handler = async () => {\n  const b c\n}' }),
  ),
  moduleProbe(
    'bad syntax of what is required',
    '',
    files({ 'index.cjs': "exports.handler = () => 1\nrequire('./bad.cjs')", 'bad.cjs': 'const b c' }),
  ),
  moduleProbe(
    'bad JSON that is required',
    '',
    files({ 'index.cjs': "require('./bad.json')", 'bad.json': '{' }),
  ),
  moduleProbe('a SyntaxError that is thrown', "JSON.parse('{')"),
  moduleProbe('a missing export', 'exports.other = 1'),
  moduleProbe('an export that is no function', 'exports.handler = 1'),
  moduleProbe('a handler with a callback', 'exports.handler = (event, context, callback) => 1'),
  moduleProbe('a bad handler name', '', files({ 'index.cjs': '' }, { handler: '../index.handler' })),
  moduleProbe('process.exit while loading', "console.log('loading'); process.exit(1)"),
  moduleProbe(
    'a throw after loading',
    "setTimeout(() => { throw new Error('later') }, 300); exports.handler = () => wait(2000)",
  ),
]

import { handlerProbe, moduleProbe, type Probe } from './probe.ts'

const JSON_LOG = { definition: { loggingConfig: { logFormat: 'JSON', applicationLogLevel: 'TRACE' } } }

/** The global console. */
export const consoleProbes: readonly Probe[] = [
  handlerProbe(
    'every level',
    "for (const level of ['trace', 'debug', 'log', 'info', 'warn', 'error', 'fatal']) console[level](level)",
  ),
  handlerProbe('no arguments', 'console.log(); console.error()'),
  handlerProbe('no arguments in JSON', 'console.log(); console.error()', JSON_LOG),
  handlerProbe('formats', "console.log('%s %d %j %o %%', 'a', 1, { b: 1 }, [2], 'more')"),
  handlerProbe(
    'a format without arguments',
    "console.log('100%'); console.log('%s'); console.log('%s', undefined)",
  ),
  handlerProbe(
    'values',
    'console.log(undefined); console.log(null, 1n, Symbol("s"), () => 1); console.log({ a: [1, { b: 2 }] })',
  ),
  handlerProbe('line breaks', "console.log('two\\nlines\\n'); console.log('\\r\\n')"),
  handlerProbe('text beyond ASCII', "console.log('Grüße \\u{1F600} \\u0000 \\u001b[31mred')"),
  handlerProbe('an error', "console.error(new RangeError('no'))"),
  handlerProbe('an error after text', "console.error('failed: %s', 'x', new RangeError('no'))"),
  handlerProbe('an error in an object', "console.error({ error: new RangeError('no'), cause: 1 })"),
  handlerProbe(
    'an error with a cause',
    "console.error(new Error('outer', { cause: new TypeError('inner') }))",
  ),
  handlerProbe(
    'values in JSON',
    'console.log(undefined); console.log(null); console.log(1); console.log({ a: [1] }); console.log("x", 1n)',
    JSON_LOG,
  ),
  handlerProbe(
    'what JSON cannot hold',
    'const a = {}; a.a = a; console.log(a); console.log(1n); console.log(() => 1)',
    JSON_LOG,
  ),
  handlerProbe(
    'an error in JSON',
    "console.error(Object.assign(new RangeError('no'), { code: 'E', name: 'Mine' }))",
    JSON_LOG,
  ),
  handlerProbe(
    'an error without a stack in JSON',
    "const error = Object.assign(new Error('no'), { stack: undefined }); console.error(error); console.error('failed', error)",
    JSON_LOG,
  ),
  handlerProbe(
    'an error after text in JSON',
    "console.error('failed', new RangeError('no'), new TypeError('second'))",
    JSON_LOG,
  ),
  handlerProbe('a level of its own', "console.debug('a'); console.info('b'); console.warn('c')", {
    definition: { loggingConfig: { logFormat: 'JSON', applicationLogLevel: 'WARN' } },
  }),
  handlerProbe(
    'a console method as a callback',
    "[1, 2].forEach(console.log); const { warn } = console; warn('loose')",
  ),
  handlerProbe(
    'other methods',
    "console.dir({ a: 1 }); console.table([{ a: 1 }]); console.assert(false, 'assert'); console.count()",
  ),
  handlerProbe(
    'a group',
    "console.group('g'); console.log('in'); console.dir('dir'); console.groupEnd(); console.log('out')",
  ),
  handlerProbe(
    'a replaced console',
    "const { log } = console; console.log = (...all) => log('mine', ...all); console.log('x'); console.info('y'); console.log = log",
  ),
  moduleProbe(
    'late lines belong to the call that is running',
    `exports.handler = async () => { console.log('now'); setTimeout(() => console.log('late'), 150); await wait(event_ms()) }
     let n = 0; const event_ms = () => (n++ === 0 ? 1 : 400)`,
    { calls: ['{}', '{}'] },
  ),
  moduleProbe(
    'lines while loading',
    "console.log('loading'); process.stdout.write('raw\\n'); exports.handler = async () => console.log('call')",
  ),
  handlerProbe(
    'a line after a turn of the event loop that follows the answer',
    "setImmediate(() => console.log('immediate')); process.nextTick(() => console.log('tick'))",
  ),
]

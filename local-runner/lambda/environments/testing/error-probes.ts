import { handlerProbe, moduleProbe, type Probe } from './probe.ts'

const JSON_LOG = { definition: { loggingConfig: { logFormat: 'JSON' } } }

/** Throws, rejections and crashes. */
export const errorProbes: readonly Probe[] = [
  handlerProbe('an Error', "throw new Error('no')"),
  handlerProbe('an Error in JSON', "throw new Error('no')", JSON_LOG),
  handlerProbe(
    'a TypeError with a code',
    "throw Object.assign(new TypeError('no'), { code: 'E_NO', extra: { a: 1 } })",
  ),
  handlerProbe('a name of its own', "throw Object.assign(new Error('no'), { name: 'Mine' })"),
  handlerProbe(
    'a class of its own',
    "class Mine extends Error { constructor(m) { super(m); this.name = 'MineToo' } }; throw new Mine('no')",
  ),
  handlerProbe('a class without a name', "class Mine extends Error {}; throw new Mine('no')"),
  handlerProbe('an argument that Node.js refuses', "Buffer.alloc('x')"),
  handlerProbe('a cause', "throw new Error('outer', { cause: new TypeError('inner') })"),
  handlerProbe('an AggregateError', "throw new AggregateError([new Error('a'), 'b'], 'all')"),
  handlerProbe('a text', "throw 'text'"),
  handlerProbe('a text in JSON', "throw 'text'", JSON_LOG),
  handlerProbe('an object', "throw { message: 'm', code: 1 }"),
  handlerProbe('undefined', 'throw undefined'),
  handlerProbe('null', 'throw null'),
  handlerProbe('a symbol', "throw Symbol('s')"),
  handlerProbe('an object without a text', 'throw Object.create(null)'),
  handlerProbe('no stack', "const e = new Error('no'); e.stack = undefined; throw e"),
  handlerProbe('a stack of its own', "const e = new Error('no'); e.stack = 'mine'; throw e"),
  handlerProbe('a circular field', "const e = new Error('no'); e.self = e; throw e"),
  handlerProbe('a message of several lines', "throw new Error('two\\nlines')"),
  handlerProbe(
    'a message changed later',
    "const e = new Error('first'); e.stack; e.message = 'second'; throw e",
  ),
  handlerProbe('DEL in a message', "throw new Error('a\\x7fb')"),
  handlerProbe(
    'an error of another realm',
    "throw require('node:vm').runInNewContext(\"new Error('foreign')\")",
  ),
  handlerProbe(
    'an error that looks like the runtime',
    "throw Object.assign(new Error('m'), { name: 'Runtime.ExitError' })",
  ),
  moduleProbe('a synchronous throw', "exports.handler = () => { throw new Error('sync') }"),
  moduleProbe(
    'a throw outside the handler',
    "exports.handler = async () => {\n  setImmediate(() => {\n    throw new Error('late')\n  })\n  await wait(5000)\n}",
    { calls: ['{}', '{}'] },
  ),
  moduleProbe(
    'a thrown text outside the handler',
    "exports.handler = async () => {\n  setImmediate(() => {\n    throw 'late'\n  })\n  await wait(5000)\n}",
    { differs: 'no line of code above a thrown value that is no Error' },
  ),
  moduleProbe(
    'an error with fields outside the handler',
    "exports.handler = async () => {\n  setImmediate(() => {\n    throw Object.assign(new TypeError('late'), { code: 'E', cause: new Error('inner') })\n  })\n  await wait(5000)\n}",
  ),
  moduleProbe(
    'an unhandled rejection',
    "exports.handler = async () => {\n  Promise.reject(new Error('late'))\n  await wait(5000)\n}",
  ),
  moduleProbe(
    'an unhandled rejection with a text',
    "exports.handler = async () => {\n  Promise.reject('late')\n  await wait(5000)\n}",
  ),
  moduleProbe(
    'an unhandled rejection with undefined',
    'exports.handler = async () => {\n  Promise.reject()\n  await wait(5000)\n}',
  ),
  handlerProbe(
    'a rejection that nobody handles before the answer',
    "Promise.reject(new Error('left')); return 1",
  ),
  handlerProbe(
    'a rejection that is handled late',
    "const p = Promise.reject(new Error('left')); await null; p.catch(() => undefined); return 1",
  ),
  handlerProbe(
    'a throw in the turn of the answer',
    "process.nextTick(() => { throw new Error('tick') }); return 1",
  ),
  handlerProbe(
    'a listener for what is uncaught',
    "process.once('uncaughtException', (error, origin) => console.log(origin, error.message)); setImmediate(() => { throw new Error('late') }); await wait(50); return 1",
  ),
  handlerProbe(
    'a listener for rejections',
    "process.once('unhandledRejection', (error) => console.log('heard', error.message)); Promise.reject(new Error('late')); await wait(50); return 1",
  ),
  handlerProbe(
    'an emitter without a listener',
    "const { EventEmitter } = require('node:events'); setImmediate(() => new EventEmitter().emit('error', new Error('emitted'))); await wait(5000)",
  ),
  handlerProbe('process.exit', "console.log('before'); process.stdout.write('raw\\n'); process.exit(3)", {
    calls: ['{}', '{}'],
  }),
  handlerProbe(
    'process.exit with a listener',
    "process.on('exit', (code) => console.log('exit', code)); process.exit(0)",
  ),
  handlerProbe('process.exitCode', 'process.exitCode = 4; return new Promise(() => {})'),
  handlerProbe(
    'process.abort is not asked for: a promise that never settles',
    "console.log('waiting'); return new Promise(() => {})",
  ),
  handlerProbe('a timeout', "console.log('before'); process.stdout.write('raw\\n'); for (;;);", {
    definition: { timeout: 1 },
  }),
  handlerProbe('a timeout that waits', "process.stdout.write('raw\\n'); await wait(5000)", {
    definition: { timeout: 1 },
    calls: ['{}', '{}'],
  }),
  handlerProbe('stack overflow', 'const f = () => f() + 1; f()'),
]

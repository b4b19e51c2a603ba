import { moduleProbe, type Probe, streamProbe } from './probe.ts'

/** Streaming handlers, whose caller wants the whole answer. */
export const streamProbes: readonly Probe[] = [
  streamProbe('what is written', "stream.write('a'); stream.write(Buffer.from('b')); stream.end('c')"),
  streamProbe(
    'encodings',
    "stream.write('YQ==', 'base64'); stream.write('62', 'hex'); stream.end('Yw==', 'base64')",
  ),
  streamProbe('objects', 'stream.write({ a: 1 }); stream.write([2]); stream.end()'),
  streamProbe('numbers', 'stream.write(1); stream.end()'),
  streamProbe('null', 'stream.write(null)'),
  streamProbe('nothing but an end', 'stream.end()'),
  streamProbe('an end with what is written first', "stream.end('only')"),
  streamProbe('no end', "stream.write('a'); await wait(1)", {
    definition: { timeout: 1 },
    calls: ['{}', '{}'],
  }),
  streamProbe('neither a write nor an end', 'await wait(1)', { definition: { timeout: 1 } }),
  streamProbe('an end that comes after the handler', "setTimeout(() => stream.end('late'), 50)"),
  streamProbe(
    'full',
    "const all = []; for (let n = 0; n < 3; n++) all.push(stream.write('x'.repeat(40_000))); console.log(all, stream.writableHighWaterMark, stream.writableNeedDrain); await new Promise((done) => stream.once('drain', done)); stream.end()",
  ),
  streamProbe('a write after the end', "stream.end('a'); await wait(20); stream.write('b'); await wait(20)", {
    calls: ['{}', '{}'],
  }),
  streamProbe(
    'a write in the turn of the end',
    "stream.write('a'); await wait(50); stream.end('b'); stream.write('c'); await wait(50)",
    { calls: ['{}', '{}'] },
  ),
  moduleProbe(
    'a write in the turn of the end and of the first write, of a runtime that is connected',
    `let calls = 0
     exports.handler = awslambda.streamifyResponse(async (event, stream) => {
       stream.end('a')
       if (calls++ > 0) stream.write('b')
       await wait(50)
     })`,
    { calls: ['{}', '{}'] },
  ),
  streamProbe(
    'a write after the end with listeners',
    "stream.once('error', (error) => console.log(error.code, error.message)); stream.end('a'); await wait(50); stream.write('b', (error) => console.log('callback', error && error.code)); await wait(50)",
  ),
  streamProbe(
    'callbacks and events',
    "stream.on('finish', () => console.log('finish')); stream.write('a', () => console.log('written')); stream.end('b', () => console.log('ended')); await wait(50)",
  ),
  streamProbe(
    'a pipeline',
    "const { pipeline } = require('node:stream/promises'); const { Readable } = require('node:stream'); await pipeline(Readable.from(['a', 'b']), stream)",
  ),
  streamProbe(
    'a pipe',
    "const { Readable } = require('node:stream'); Readable.from(['a', 'b']).pipe(stream)",
  ),
  streamProbe(
    'what the stream is',
    "console.log(Object.keys(stream).sort().join(), stream.writable, stream.writableObjectMode, stream.writableEnded, stream.destroyed, stream instanceof require('node:stream').Writable); stream.end()",
  ),
  streamProbe('a returned value', "stream.end('a'); return 1"),
  streamProbe(
    'a prelude',
    "const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); console.log(http === stream); http.write('a'); http.end()",
  ),
  streamProbe(
    'a prelude without a body',
    'awslambda.HttpResponseStream.from(stream, { statusCode: 204 }).end()',
  ),
  streamProbe('a content type', "stream.setContentType('text/html'); stream.end('a')"),
  streamProbe('a content type too late', "stream.write('a'); stream.setContentType('text/html')"),
  streamProbe('a content type that is no text', "stream.setContentType(5); stream.end('a')"),
  streamProbe('no content type', "stream.setContentType(undefined); stream.end('a')"),
  streamProbe('a content type that no header can hold', "stream.setContentType('a\\nb'); stream.end('a')"),
  streamProbe('a throw before a write', "throw new TypeError('first')"),
  streamProbe('a throw after a write', "stream.write('half'); throw new TypeError('midway')"),
  streamProbe('a throw after the end', "stream.end('all'); throw new TypeError('after')"),
  streamProbe('a thrown text', "throw 'text'"),
  streamProbe(
    'destroy',
    "stream.write('a'); await wait(50); stream.destroy(new Error('destroyed')); await wait(50)",
  ),
  streamProbe(
    'destroy without an error',
    "stream.write('a'); await wait(50); stream.destroy(); await wait(50)",
    {
      calls: ['{}', '{}'],
    },
  ),
  streamProbe('destroy before a write', 'stream.destroy(); await wait(50)'),
  streamProbe(
    'destroy in the turn of the end',
    "stream.write('a'); await wait(50); stream.end(); stream.destroy(); await wait(50)",
  ),
  streamProbe('cork', "stream.cork(); stream.write('a'); stream.uncork(); stream.end('b')"),
  moduleProbe(
    'not async',
    "exports.handler = awslambda.streamifyResponse((event, stream) => { stream.write('x') })",
  ),
  moduleProbe(
    'a thenable',
    "exports.handler = awslambda.streamifyResponse((event, stream) => ({ then: (done) => { stream.end('x'); done() } }))",
  ),
  moduleProbe(
    'a high-water mark',
    "exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('x'); await wait(50); console.log(stream.writableHighWaterMark); stream.end() }, { highWaterMark: 1_000_000 })",
  ),
  streamProbe('process.exit', "stream.write('a'); await wait(150); process.exit(2)", { calls: ['{}', '{}'] }),
  streamProbe('process.exit after the end', "stream.end('a'); await wait(50); process.exit(2)", {
    calls: ['{}', '{}'],
  }),
]

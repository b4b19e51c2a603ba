import { handlerProbe, moduleProbe, type Probe } from './probe.ts'

const FS = "const fs = require('node:fs'); "
const CHILD = "const cp = require('node:child_process'); const { once } = require('node:events'); "

/** What is written beside the global console. */
export const writeProbes: readonly Probe[] = [
  handlerProbe(
    'process.stdout',
    "process.stdout.write('out\\n'); console.log('log'); process.stdout.write('out 2\\n')",
  ),
  handlerProbe(
    'process.stderr',
    "process.stderr.write('err\\n'); console.log('log'); process.stderr.write('err 2\\n')",
  ),
  handlerProbe(
    'all ways in order',
    `${FS} process.stdout.write('1\\n'); console.log('2'); process.stderr.write('3\\n'); fs.writeSync(1, '4\\n'); console.dir(5); fs.writeSync(2, '6\\n')`,
  ),
  handlerProbe('several lines in one write', "process.stdout.write('a\\nb\\n\\nc\\n')"),
  handlerProbe(
    'a line in several writes',
    "process.stdout.write('a'); console.log('between'); process.stdout.write('b\\n')",
  ),
  handlerProbe('a line without an end', "process.stdout.write('open')", { calls: ['{}', '{}'] }),
  handlerProbe(
    'a character in two writes',
    "const [a, b] = Buffer.from('ü'); process.stdout.write(Buffer.from([a])); process.stdout.write(Buffer.from([b, 10]))",
  ),
  handlerProbe(
    'bytes, encodings and callbacks',
    `process.stdout.write(new Uint8Array([65, 10])); process.stdout.write('Qgo=', 'base64')
    return new Promise((done) => process.stdout.write('C\\n', () => done('called')))`,
  ),
  handlerProbe('no chunk', 'process.stdout.write(1)'),
  handlerProbe(
    'what stdout is',
    'return [process.stdout.fd, process.stderr.fd, process.stdout.isTTY, process.stdout.writable, process.stdout.columns, typeof process.stdout.getWindowSize]',
  ),
  handlerProbe(
    'a console of its own',
    "const { Console } = require('node:console'); const own = new Console(process.stdout, process.stderr); own.log('own'); console.log('global'); own.error('own error')",
  ),
  handlerProbe(
    'a console of its own, by options',
    "const own = new console.Console({ stdout: process.stdout, stderr: process.stderr }); own.log({ a: 1 }); own.warn('w')",
  ),
  handlerProbe(
    'a pipe to stdout',
    "const { Readable } = require('node:stream'); Readable.from(['a\\n', 'b\\n']).pipe(process.stdout, { end: false }); await wait(50)",
  ),
  handlerProbe(
    'fs.writeSync as pino calls it',
    `${FS} fs.writeSync(1, '{"level":30}\\n', 'utf8'); return fs.writeSync(process.stdout.fd, Buffer.from('xyz\\n'), 1, 3)`,
  ),
  handlerProbe(
    'fs.write',
    `${FS} return new Promise((done) => fs.write(1, 'w\\n', (error, written, data) => done([error, written, data])))`,
  ),
  handlerProbe(
    'fs.write of a part of a buffer',
    `${FS} return new Promise((done) => fs.write(1, Buffer.from('a\\nb\\n'), 2, 2, null, (error, written) => done([error, written])))`,
  ),
  handlerProbe(
    'fs.writev',
    `${FS} const n = fs.writevSync(2, [Buffer.from('v'), Buffer.from('w\\n')]); return [n, await new Promise((done) => fs.writev(1, [Buffer.from('x\\n')], (error, written) => done(written)))]`,
  ),
  handlerProbe(
    'fs.writeFileSync and appendFileSync of a descriptor',
    `${FS} fs.writeFileSync(1, 'file\\n'); fs.appendFileSync(2, Buffer.from('append\\n'))`,
  ),
  handlerProbe(
    'fs.createWriteStream of a descriptor',
    `${FS} const { finished } = require('node:stream/promises'); const to = fs.createWriteStream('', { fd: 1, autoClose: false }); to.write('a\\n'); to.end('b\\n'); await finished(to)`,
  ),
  moduleProbe('writeSync imported by name', '', {
    files: {
      'index.mjs':
        "import { writeSync } from 'node:fs'\nexport const handler = async () => writeSync(1, 'named\\n')",
    },
  }),
  moduleProbe('process imported by name', '', {
    files: {
      'index.mjs':
        "import { stdout } from 'node:process'\nimport process from 'node:process'\nexport const handler = async () => { stdout.write('named\\n'); return stdout === process.stdout }",
    },
  }),
  handlerProbe(
    'a child process that inherits',
    `${CHILD} const child = cp.spawn('sh', ['-c', 'echo out; echo err >&2'], { stdio: 'inherit' }); const [code] = await once(child, 'exit'); console.log('exit', code, child.stdout, child.stdio.length)`,
  ),
  handlerProbe(
    'a child process that inherits some',
    `${CHILD} const child = cp.spawn('sh', ['-c', 'cat; echo err >&2'], { stdio: ['pipe', 1, process.stderr] }); child.stdin.end('in\\n'); await once(child, 'close'); console.log('closed')`,
  ),
  handlerProbe(
    'a child process that is read',
    `${CHILD} const child = cp.spawn('echo', ['piped']); child.stdout.pipe(process.stdout); await once(child, 'close')`,
  ),
  handlerProbe(
    'execSync shows stderr, spawnSync inherits',
    `${CHILD} console.log('first'); const out = cp.execSync('echo out; echo err >&2').toString(); const { status, stdout } = cp.spawnSync('echo', ['inherited'], { stdio: 'inherit' }); console.log(out, status, stdout)`,
  ),
  handlerProbe(
    'execFileSync that inherits',
    `${CHILD} const out = cp.execFileSync('echo', ['inherited'], { stdio: ['ignore', 'inherit', 'inherit'] }); console.log(out)`,
  ),
  handlerProbe(
    'execFileSync that inherits some and writes too much',
    `${CHILD} try { cp.execFileSync('seq', ['100000'], { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 10_000 }) } catch (error) { console.log(error.code) }`,
  ),
  handlerProbe(
    'execFileSync that inherits all and writes much',
    `${CHILD} cp.execFileSync('seq', ['300'], { stdio: 'inherit', maxBuffer: 100 })`,
  ),
  handlerProbe(
    'a child process that leaves another behind',
    `${CHILD} const child = cp.spawn('sh', ['-c', 'sleep 4 & echo out'], { stdio: 'inherit' }); await once(child, 'exit'); console.log('exit')`,
    { definition: { timeout: 2 } },
  ),
  handlerProbe(
    'execFileSync that fails',
    `${CHILD} try { cp.execSync('echo why >&2; exit 3') } catch (error) { console.log(error.status, String(error.stderr)) }`,
  ),
  handlerProbe(
    'fork',
    `${CHILD} const child = cp.fork(__filename, ['forked'], { execArgv: [] }); await once(child, 'exit')`,
    {
      files: {
        'index.cjs': `if (process.argv[2] === 'forked') { console.log('in the fork'); process.exit() }
      const cp = require('node:child_process'); const { once } = require('node:events')
      exports.handler = async () => { const child = cp.fork(__filename, ['forked'], { execArgv: [] }); const [code] = await once(child, 'exit'); return code }`,
      },
    },
  ),
  handlerProbe(
    'a thread',
    `const { Worker } = require('node:worker_threads'); const { once } = require('node:events'); await once(new Worker("console.log('thread'); process.stderr.write('err\\\\n')", { eval: true }), 'exit'); console.log('ended')`,
  ),
  handlerProbe('a warning', "process.emitWarning('careful'); await wait(20)"),
  handlerProbe('a deprecation', "process.emitWarning('old', 'DeprecationWarning', 'DEP_X'); await wait(20)"),
  handlerProbe('metrics of Powertools: a console of its own made while loading', '', {
    files: {
      'index.cjs': `const { Console } = require('node:console'); const own = new Console({ stdout: process.stdout, stderr: process.stderr })
      exports.handler = async () => { console.log('before'); own.log(JSON.stringify({ _aws: {} })); console.log('after') }`,
    },
  }),
  handlerProbe(
    'a write without end',
    "await new Promise((done) => process.stdout.write('x'.repeat(3_000_000) + '\\n', done)); console.log('y'.repeat(3_000_000))",
  ),
]

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import tty from 'node:tty'

/** @typedef {(bytes: Uint8Array) => void} Write */

/** Of the whole runner: stdout and stderr of this thread are not these. @param {unknown} fd */
export const isStandardOutput = (fd) => fd === 1 || fd === 2

/** @param {import('node:stream').Writable} stream @param {number} fd @param {Write} write */
function leadStream(stream, fd, write) {
  Object.assign(stream, {
    // As a process whose output is a pipe has them.
    fd,
    _type: 'pipe',
    /** @param {string | Buffer} chunk @param {BufferEncoding} encoding @param {() => void} done */
    _write: (chunk, encoding, done) => {
      write(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)
      done()
    },
    _writev: null,
  })
}

/** What `fs.write` and `fs.writeSync` take after the descriptor.
 * @param {unknown} data @param {unknown} [offset] @param {unknown} [length] @returns {Uint8Array} */
function toBytes(data, offset, length) {
  if (typeof data === 'string') {
    // After a string come a position and an encoding.
    return Buffer.from(data, typeof length === 'string' ? /** @type {BufferEncoding} */ (length) : 'utf8')
  }
  if (!ArrayBuffer.isView(data)) {
    throw Object.assign(new TypeError('The "buffer" argument must be a string or a view of bytes.'), {
      code: 'ERR_INVALID_ARG_TYPE',
    })
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const part = typeof offset === 'object' && offset !== null ? offset : { offset, length }
  const start = 'offset' in part && typeof part.offset === 'number' ? part.offset : 0
  const size = 'length' in part && typeof part.length === 'number' ? part.length : bytes.length - start
  return bytes.subarray(start, start + size)
}

/** @typedef {(...given: unknown[]) => unknown} Call */
/** @typedef {(given: readonly unknown[]) => unknown} Take */

/** @param {string} name @param {(original: Call) => Call} wrap */
function wrapFs(name, wrap) {
  /** @type {unknown} */
  const found = Reflect.get(fs, name)
  const original = /** @type {Call} */ (found)
  // With what `promisify` finds on it.
  Reflect.set(fs, name, Object.defineProperties(wrap(original), Object.getOwnPropertyDescriptors(original)))
}

/** @param {Write} write */
function wrapDescriptors(write) {
  /** @param {readonly unknown[]} given */
  const one = ([data, offset, length]) => {
    const bytes = toBytes(data, offset, length)
    write(bytes)
    return bytes.length
  }
  /** @param {readonly unknown[]} given */
  const several = ([views]) => {
    const all = /** @type {readonly unknown[]} */ (views).map((view) => toBytes(view))
    for (const bytes of all) write(bytes)
    return all.reduce((sum, { length }) => sum + length, 0)
  }
  /** @param {readonly unknown[]} given */
  const whole = ([data, options]) => {
    const encoding =
      typeof options === 'object' && options !== null && 'encoding' in options ? options.encoding : options
    write(toBytes(data, undefined, encoding))
  }
  const nothing = () => undefined
  /** @type {readonly (readonly [name: string, take: Take])[]} */
  const synchronous = [
    ['writeSync', one],
    ['writevSync', several],
    ['writeFileSync', whole],
    ['appendFileSync', whole],
    ['fsyncSync', nothing],
    ['closeSync', nothing],
  ]
  for (const [name, take] of synchronous) {
    wrapFs(
      name,
      (original) =>
        (fd, ...given) =>
          isStandardOutput(fd) ? take(given) : original(fd, ...given),
    )
  }
  /** @type {readonly (readonly [name: string, take: Take])[]} */
  const withCallback = [
    ['write', one],
    ['writev', several],
    ['writeFile', whole],
    ['appendFile', whole],
    ['fsync', nothing],
    ['close', nothing],
  ]
  for (const [name, take] of withCallback) {
    wrapFs(name, (original) => (fd, ...given) => {
      const callback = given.at(-1)
      if (!isStandardOutput(fd) || typeof callback !== 'function') return original(fd, ...given)
      const taken = take(given.slice(0, -1))
      setImmediate(() => void Reflect.apply(callback, undefined, [null, taken, given[0]]))
      return undefined
    })
  }
}

/**
 * Leads this thread's stdout and stderr to `write`, as streams and as descriptors: by itself a thread has its streams apart
 * from its log, and its descriptors are the runner's.
 * @param {Write} write
 */
export function installStandardStreams(write) {
  leadStream(process.stdout, 1, write)
  leadStream(process.stderr, 2, write)
  wrapDescriptors(write)
  const { isatty } = tty
  // Asked by packages that colour their output.
  tty.isatty = (fd) => fd > 2 && isatty(fd)
  syncBuiltinESMExports()
}

import { Writable } from 'node:stream'
import { RuntimeError } from './function-error.mjs'

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming')
const HTTP_PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response'
const DELIMITER = Buffer.alloc(8)

/** @typedef {Writable & { setContentType: (type: string) => void, _onBeforeFirstWrite?: (write: (chunk: string | Uint8Array) => void) => void }} ResponseStream */
/** @typedef {(event: unknown, stream: ResponseStream, context: object) => unknown} StreamingHandler */

/** The names that AWS's runtime gives every function under the global `awslambda`. */
export const streamingGlobals = {
  /** @param {StreamingHandler} handler */
  streamifyResponse: (handler) => Object.assign(handler, { [STREAMING]: 'response' }),
  HttpResponseStream: {
    /** @param {ResponseStream} stream @param {unknown} prelude */
    from: (stream, prelude) => {
      stream.setContentType(HTTP_PRELUDE_TYPE)
      stream._onBeforeFirstWrite = (write) => {
        write(JSON.stringify(prelude))
        write(DELIMITER)
      }
      return stream
    },
  },
}

/** The handler as a streaming one; undefined when it is none. @param {(...args: never[]) => unknown} handler */
export const asStreaming = (handler) =>
  STREAMING in handler ? /** @type {StreamingHandler} */ (/** @type {unknown} */ (handler)) : undefined

/** Runs a streaming handler until it has written its answer.
 * @param {StreamingHandler} handler @param {unknown} event @param {object} context
 * @param {(chunk: Buffer) => void} onChunk */
export async function runStreaming(handler, event, context, onChunk) {
  let hasBegun = false
  /** @param {string | Uint8Array} chunk */
  const pass = (chunk) => {
    hasBegun = true
    onChunk(Buffer.from(chunk))
  }
  const writable = new Writable({
    decodeStrings: false,
    objectMode: true,
    write: (/** @type {unknown} */ chunk, _encoding, done) => {
      if (!hasBegun) stream._onBeforeFirstWrite?.(pass)
      pass(typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk))
      done()
    },
  })
  /** @type {ResponseStream} */
  const stream = Object.assign(writable, {
    setContentType: () => {
      if (hasBegun)
        throw new RuntimeError('Runtime.InvalidStreamingOperation', 'Cannot set content-type, too late.')
    },
  })
  const finished = new Promise((resolve, reject) => writable.on('finish', resolve).on('error', reject))
  finished.catch(() => undefined) // Awaited below; a handler that throws first must not make it unhandled.
  const returned = handler(event, stream, context)
  if (!(returned instanceof Promise)) throw new Error('Streaming does not support non-async handlers.')
  if ((await returned) !== undefined) console.warn('Streaming handlers ignore return values.')
  await finished
}

/** The same for a caller who wants the whole answer, as text.
 * @param {StreamingHandler} handler @param {unknown} event @param {object} context */
export async function collectStream(handler, event, context) {
  /** @type {Buffer[]} */
  const chunks = []
  await runStreaming(handler, event, context, (chunk) => chunks.push(chunk))
  return Buffer.concat(chunks).toString()
}

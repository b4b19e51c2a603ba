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
 * @param {(chunk: Uint8Array<ArrayBuffer>, contentType: string) => Promise<void>} onChunk settles when the caller can take more */
export async function runStreaming(handler, event, context, onChunk) {
  let hasBegun = false
  let contentType = 'application/octet-stream'
  const writable = new Writable({
    decodeStrings: false,
    objectMode: true,
    write: (/** @type {unknown} */ chunk, _encoding, done) => {
      /** @type {Buffer[]} */
      const parts = []
      /** @param {string | Uint8Array} part */
      const add = (part) => void parts.push(Buffer.from(part))
      if (!hasBegun) stream._onBeforeFirstWrite?.(add)
      hasBegun = true
      add(typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk))
      // A copy: posting a part of Node's buffer pool would post the whole pool.
      onChunk(new Uint8Array(Buffer.concat(parts)), contentType).then(() => done(), done)
    },
  })
  /** @type {ResponseStream} */
  const stream = Object.assign(writable, {
    setContentType: (/** @type {string} */ type) => {
      if (hasBegun)
        throw new RuntimeError('Runtime.InvalidStreamingOperation', 'Cannot set content-type, too late.')
      contentType = type
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
  /** @type {Uint8Array[]} */
  const chunks = []
  await runStreaming(handler, event, context, async (chunk) => void chunks.push(chunk))
  return Buffer.concat(chunks).toString()
}

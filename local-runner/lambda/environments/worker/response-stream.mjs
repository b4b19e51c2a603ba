import { once } from 'node:events'
import { getBuiltinModule } from 'node:process'
import { Writable } from 'node:stream'
import { InvalidStreamingOperation, MalformedStreamingHandler } from './function-error.mjs'

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming')
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark')
const HTTP_PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response'
const DELIMITER = Buffer.alloc(8)

/** @typedef {{ setContentType: (type: string) => void, _onBeforeFirstWrite?: BeforeFirstWrite }} ResponseStream */
/** @typedef {(write: (chunk: string | Uint8Array) => void) => void} BeforeFirstWrite */
/** @typedef {(event: unknown, stream: object, context: object) => unknown} StreamingHandler */

/** The names that AWS's runtime gives every function under the global `awslambda`. */
export const streamingGlobals = {
  /** @param {StreamingHandler} handler @param {{ readonly highWaterMark?: unknown }} [options] */
  streamifyResponse: (handler, options) =>
    Object.assign(handler, {
      [STREAMING]: 'response',
      ...(typeof options?.highWaterMark === 'number' && { [HIGH_WATER_MARK]: options.highWaterMark }),
    }),
  HttpResponseStream: {
    /** @param {ResponseStream} stream @param {unknown} prelude */
    from: (stream, prelude) => {
      stream.setContentType(HTTP_PRELUDE_TYPE)
      const head = JSON.stringify(prelude)
      stream._onBeforeFirstWrite = (write) => {
        write(head)
        write(DELIMITER)
      }
      return stream
    },
  },
}

/** The handler as a streaming one; undefined when it is none. @param {(...args: never[]) => unknown} handler */
export function asStreaming(handler) {
  const mode = /** @type {unknown} */ (Reflect.get(handler, STREAMING))
  if (!mode) return undefined
  if (mode === 'response') return /** @type {StreamingHandler} */ (/** @type {unknown} */ (handler))
  throw new MalformedStreamingHandler('Only response streaming is supported.')
}

class Response extends Writable {
  #hasBegun = false
  contentType = 'application/octet-stream'
  /** @type {BeforeFirstWrite | undefined} */
  _onBeforeFirstWrite

  /** @override @param {unknown} chunk @param {any} [encoding] @param {any} [callback] */
  write(chunk, encoding, callback) {
    // AWS's client reads the length of whatever it is given.
    if (chunk === null || chunk === undefined) {
      throw new TypeError(`Cannot read properties of ${chunk} (reading 'length')`)
    }
    const isBytes = typeof chunk === 'string' || chunk instanceof Uint8Array
    if (!this.#hasBegun) this._onBeforeFirstWrite?.((first) => super.write(first))
    this.#hasBegun = true
    const write = /** @type {(...given: unknown[]) => boolean} */ (super.write.bind(this))
    return write(isBytes ? chunk : JSON.stringify(chunk), encoding, callback)
  }

  /** @param {string} type */
  setContentType(type) {
    if (this.#hasBegun) {
      throw new InvalidStreamingOperation('Cannot set content-type, too late.')
    }
    getBuiltinModule('node:http').validateHeaderValue('Content-Type', type)
    this.contentType = String(type)
  }
}

const METHODS = /** @type {const} */ ([
  ...['cork', 'destroy', 'end', 'uncork', 'write', 'addListener', 'on', 'once', 'prependListener'],
  ...['prependOnceListener', 'off', 'removeListener', 'removeAllListeners', 'setMaxListeners'],
  ...[
    'getMaxListeners',
    'listeners',
    'rawListeners',
    'listenerCount',
    'eventNames',
    'emit',
    'setContentType',
  ],
])
const PROPERTIES = /** @type {const} */ ([
  ...['destroyed', '_onBeforeFirstWrite', 'writableFinished', 'writableObjectMode', 'writableEnded'],
  ...['writableNeedDrain', 'writableHighWaterMark', 'writableCorked', 'writableLength', 'writable'],
])

/** AWS's client shows these members of its stream to a handler, and no others. @param {Response} response */
function forHandler(response) {
  const stream = {}
  for (const method of METHODS) {
    Reflect.set(stream, method, /** @type {Function} */ (Reflect.get(response, method)).bind(response))
  }
  for (const property of PROPERTIES) {
    Object.defineProperty(stream, property, {
      get: () => /** @type {unknown} */ (Reflect.get(response, property)),
      set: (value) => {
        Reflect.set(response, property, value)
      },
    })
  }
  return stream
}

/** What AWS's client says, whose stream is a request. */
const hangUp = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })

/** Runs a streaming handler until it has returned and ended its stream.
 * @param {StreamingHandler} handler @param {unknown} event @param {object} context
 * @param {{ readonly onChunk: (chunk: Uint8Array, contentType: string) => Promise<void>, readonly onEnd: () => void }} deps
 *   `onChunk` settles when the caller can take more */
export async function runStreaming(handler, event, context, { onChunk, onEnd }) {
  const given = /** @type {unknown} */ (Reflect.get(handler, HIGH_WATER_MARK))
  const highWaterMark = typeof given === 'number' ? given : undefined
  let sentBytes = 0
  const response = new Response({
    ...(highWaterMark && { highWaterMark }),
    write: (/** @type {Buffer} */ chunk, _encoding, done) => {
      sentBytes = chunk.length
      void onChunk(chunk, response.contentType).then(() => {
        sentBytes = 0
        done()
      })
    },
    destroy: (error, done) => {
      // All of an answer that has ended was sent: it stands, whatever comes in the same turn.
      if (response.writableEnded && response.writableLength === sentBytes) onEnd()
      // Later, so that its stack does not name the function.
      if (error || response.writableFinished) done(error)
      else process.nextTick(() => done(hangUp()))
    },
    final: (done) => {
      onEnd()
      done()
    },
  })
  // As with AWS's client, where nobody handles this rejection: an error of the stream ends the runtime.
  response.on('error', (error) => void Promise.reject(error))
  const finished = once(response, 'finish')
  const returned = handler(event, forHandler(response), context)
  if (!isPromise(returned)) throw new Error('Streaming does not support non-async handlers.')
  if ((await returned) !== undefined) console.warn('Streaming handlers ignore return values.')
  await finished
}

/** @param {unknown} value @returns {value is Promise<unknown>} */
const isPromise = (value) =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

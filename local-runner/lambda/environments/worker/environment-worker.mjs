// Runs inside the worker thread: one execution environment of one function.
import { enableCompileCache } from 'node:module'
import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { installChildOutput } from './child-output.mjs'
import { createChunkFlow } from './chunk-flow.mjs'
import { installCrashReports } from './crash-report.mjs'
import { installFunctionConsole } from './function-console.mjs'
import { intoError, JSONStringifyError, toFunctionError, toLogJson } from './function-error.mjs'
import { createInvokeStore } from './invoke-store.mjs'
import { loadHandler } from './load-handler.mjs'
import { createOutput } from './output.mjs'
import { asStreaming, runStreaming, streamingGlobals } from './response-stream.mjs'
import { installSourceMappedStacks } from './source-mapped-stack.mjs'
import { installStandardStreams } from './standard-streams.mjs'

/** @typedef {import('../worker-messages.ts').WorkerMessage} WorkerMessage */
/** @typedef {import('../worker-invoke.ts').WorkerInvoke} WorkerInvoke */
/** @typedef {import('../worker-messages.ts').ChunkTaken} ChunkTaken */

if (parentPort === null) throw new Error('environment-worker.mjs runs in a worker thread only.')
const port = parentPort
/** @type {unknown} */
const given = workerData
const setup = /** @type {import('../worker-messages.ts').WorkerSetup} */ (given)
const { runInvocation, ...invokeStore } = createInvokeStore(setup)
const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON'

/** @param {WorkerMessage} message */
const post = (message) => port.postMessage(message)

const output = createOutput({ unread: setup.unread, post })
const chunks = createChunkFlow(post)

/** As AWS's client: through the console that the function sees. @param {string} what @param {unknown} thrown */
function logError(what, thrown) {
  const error = intoError(thrown)
  if (json) console.error(error)
  else console.error(what, `\t${toLogJson(error)}`)
}

function usedMemoryBytes() {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

const fixedContext = {
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  /** @type {string | undefined} */
  logStreamName: undefined,
}

/** As AWS's client, which waits a turn of the event loop before it answers. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** @param {unknown} result @returns {string} */
function toPayload(result) {
  /** @type {unknown} */
  let payload
  try {
    payload = JSON.stringify(result === undefined ? null : result)
  } catch {
    throw new JSONStringifyError('Unable to stringify response body')
  }
  // A function or a symbol: what AWS's native client says to it.
  if (typeof payload !== 'string') throw new TypeError('Wrong arguments')
  return payload
}

/** @param {import('./load-handler.mjs').Handler} handler @param {WorkerInvoke} message */
async function run(handler, message) {
  const { requestId, deadlineEpochMs, special } = message
  const deadlineMs = performance.now() + deadlineEpochMs - Date.now()
  const context = {
    clientContext: special?.clientContext && /** @type {unknown} */ (JSON.parse(special.clientContext)),
    identity: undefined,
    invokedFunctionArn: special?.invokedFunctionArn ?? setup.functionArn,
    awsRequestId: requestId,
    tenantId: special?.tenantId,
    xRayTraceId: message.traceId,
    getRemainingTimeInMillis: () => Math.round(deadlineMs - performance.now()),
    ...fixedContext,
  }
  try {
    /** @type {unknown} */
    const event = JSON.parse(message.payload)
    const streaming = asStreaming(handler)
    const result = streaming
      ? await runStreaming(streaming, event, context, {
          onChunk: (chunk, contentType) => chunks.send(requestId, chunk, contentType),
          onEnd: () => post({ type: 'stream-end', requestId }),
        })
      : await handler(event, context)
    await turn()
    post({ type: 'result', requestId, payload: toPayload(result), usedMemoryBytes: usedMemoryBytes() })
  } catch (error) {
    await turn()
    logError('Invoke Error', error)
    post({ type: 'error', requestId, error: toFunctionError(error), usedMemoryBytes: usedMemoryBytes() })
  }
}

/** @param {import('./load-handler.mjs').Handler} handler */
function listen(handler) {
  port.on('message', (/** @type {WorkerInvoke | ChunkTaken} */ message) => {
    if ('chunkTaken' in message) return chunks.taken(message)
    if (setup.multiConcurrent) return void runInvocation(message, () => run(handler, message))
    process.env._X_AMZN_TRACE_ID = message.traceId
    // Lambda's process has nothing else open while its one handler runs, so a promise that can never settle ends it. The
    // stream of a streaming handler is open.
    if (!asStreaming(handler)) port.unref()
    void runInvocation(message, () => run(handler, message)).finally(() => port.ref())
  })
}

enableCompileCache(setup.compileCacheDirectory)
installSourceMappedStacks()
installStandardStreams(output.write)
installChildOutput(output.write)
installCrashReports((report) => output.write(Buffer.from(report)))
installFunctionConsole({
  json,
  leastLevel: process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase(),
  store: invokeStore,
  write: output.message,
})
if (!['1', 'true'].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA ?? '')) {
  Reflect.set(globalThis, 'awslambda', { ...streamingGlobals, InvokeStore: invokeStore })
}
/** @type {Promise<import('../worker-messages.ts').LoadMessage>} */
const toLoad = new Promise((resolve) => port.once('message', resolve))
post({ type: 'waiting' })
const { taskRoot, handler, logStreamName } = await toLoad
process.env.LAMBDA_TASK_ROOT = taskRoot
process.env.AWS_LAMBDA_LOG_STREAM_NAME = logStreamName
fixedContext.logStreamName = logStreamName
try {
  const loaded = await loadHandler(taskRoot, handler)
  // A rejection that the code has left unhandled ends the init.
  await turn()
  listen(loaded)
  post({ type: 'ready', usedMemoryBytes: usedMemoryBytes() })
} catch (error) {
  logError('Init Error', error)
  post({ type: 'init-error', error: toFunctionError(error) })
  // As AWS's client, which ends with the error, whatever was thrown.
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  void Promise.reject(error)
}

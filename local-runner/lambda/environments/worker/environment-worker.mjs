// Runs inside the worker thread: one execution environment of one function.
import { enableCompileCache } from 'node:module'
import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { createFunctionConsole } from './function-console.mjs'
import { RuntimeError, toFunctionError, toLogJson } from './function-error.mjs'
import { createInvokeStore } from './invoke-store.mjs'
import { loadHandler } from './load-handler.mjs'
import { asStreaming, collectStream, runStreaming, streamingGlobals } from './response-stream.mjs'
import { installSourceMappedStacks } from './source-mapped-stack.mjs'

/** @typedef {import('../worker-messages.ts').WorkerMessage} WorkerMessage */
/** @typedef {import('../worker-invoke.ts').WorkerInvoke} WorkerInvoke */
/** @typedef {import('../worker-messages.ts').ChunkTaken} ChunkTaken */

if (parentPort === null) throw new Error('environment-worker.mjs runs in a worker thread only.')
const port = parentPort
/** @type {unknown} */
const given = workerData
const setup = /** @type {import('../worker-messages.ts').WorkerSetup} */ (given)
const { runInvocation, ...invokeStore } = createInvokeStore()
const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON'

/** @param {WorkerMessage} message */
const post = (message) => port.postMessage(message)

const { log, install } = createFunctionConsole({
  json,
  leastLevel: process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase(),
  store: invokeStore,
  write: (requestId, line) => post({ type: 'log', line, ...(requestId !== '-' && { requestId }) }),
})

/** @param {string} what @param {unknown} error */
const logError = (what, error) =>
  log(
    'ERROR',
    json ? [error instanceof Error ? error : new Error(String(error))] : [what, `\t${toLogJson(error)}`],
  )

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

/** @param {unknown} result */
function toPayload(result) {
  try {
    return JSON.stringify(result) ?? 'null'
  } catch (error) {
    throw new RuntimeError('Runtime.JSONStringifyError', 'Unable to stringify response body', error)
  }
}

/** By request id: how to go on when the caller has taken the last chunk. @type {Map<string, () => void>} */
const onTaken = new Map()

/** @param {string} requestId */
function goOn(requestId) {
  const resolve = onTaken.get(requestId)
  onTaken.delete(requestId)
  resolve?.()
}

/**
 * The handler's response as text; empty when it was sent as chunks.
 * @param {import('./load-handler.mjs').Handler} handler @param {WorkerInvoke} message @param {object} context
 */
async function answerOf(handler, { requestId, payload, special }, context) {
  /** @type {unknown} */
  const event = JSON.parse(payload)
  const streaming = asStreaming(handler)
  if (!streaming) return toPayload(await handler(event, context))
  if (!special?.streams) return collectStream(streaming, event, context)
  await runStreaming(streaming, event, context, (bytes, contentType) => {
    post({ type: 'chunk', requestId, bytes, contentType })
    return new Promise((resolve) => onTaken.set(requestId, resolve))
  })
  return ''
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
    const answer = await answerOf(handler, message, context)
    post({ type: 'result', requestId, payload: answer, usedMemoryBytes: usedMemoryBytes() })
  } catch (error) {
    logError('Invoke Error', error)
    post({ type: 'error', requestId, error: toFunctionError(error), usedMemoryBytes: usedMemoryBytes() })
  }
}

/** @param {import('./load-handler.mjs').Handler} handler */
function listen(handler) {
  port.on('message', (/** @type {WorkerInvoke | ChunkTaken} */ message) => {
    if ('chunkTaken' in message) return goOn(message.chunkTaken)
    if (setup.multiConcurrent) return void runInvocation(message, () => run(handler, message))
    process.env._X_AMZN_TRACE_ID = message.traceId
    // Lambda's process has nothing else open while its one handler runs, so a promise that can never settle ends it. One
    // that streams has a connection open.
    if (!asStreaming(handler)) port.unref()
    void runInvocation(message, () => run(handler, message)).finally(() => port.ref())
  })
}

enableCompileCache(setup.compileCacheDirectory)
installSourceMappedStacks()
install()
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
  listen(await loadHandler(taskRoot, handler))
  post({ type: 'ready', usedMemoryBytes: usedMemoryBytes() })
} catch (error) {
  logError('Init Error', error)
  post({ type: 'init-error', error: toFunctionError(error) })
}

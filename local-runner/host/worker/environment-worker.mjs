// Runs inside the worker thread: one execution environment of one function.
import { AsyncLocalStorage } from 'node:async_hooks'
import { enableCompileCache } from 'node:module'
import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { createFunctionConsole } from './function-console.mjs'
import { RuntimeError, toFunctionError, toLogJson } from './function-error.mjs'
import { loadHandler } from './load-handler.mjs'

/** @typedef {import('../worker-messages.ts').WorkerMessage} WorkerMessage */
/** @typedef {import('../worker-messages.ts').InvokeMessage} InvokeMessage */

if (parentPort === null) throw new Error('environment-worker.mjs runs in a worker thread only.')
const port = parentPort
/** @type {unknown} */
const given = workerData
const setup = /** @type {import('../worker-messages.ts').WorkerSetup} */ (given)
/** @type {AsyncLocalStorage<string>} */
const requestIds = new AsyncLocalStorage()

/** @param {WorkerMessage} message */
const post = (message) => port.postMessage(message)

const { log, install } = createFunctionConsole(
  () => requestIds.getStore(),
  (requestId, line) => post({ type: 'log', requestId, line }),
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
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  invokedFunctionArn: setup.functionArn,
  clientContext: undefined,
  identity: undefined,
  tenantId: undefined,
}

/** @param {unknown} result */
function toPayload(result) {
  try {
    return JSON.stringify(result) ?? 'null'
  } catch (error) {
    throw new RuntimeError('Runtime.JSONStringifyError', 'Unable to stringify response body', error)
  }
}

/** @param {import('./load-handler.mjs').Handler} handler @param {InvokeMessage} message */
async function run(handler, { requestId, payload, deadlineEpochMs, traceId }) {
  const context = {
    ...fixedContext,
    awsRequestId: requestId,
    xRayTraceId: traceId,
    getRemainingTimeInMillis: () => deadlineEpochMs - Date.now(),
  }
  try {
    const answer = toPayload(await handler(JSON.parse(payload), context))
    post({ type: 'result', requestId, payload: answer, usedMemoryBytes: usedMemoryBytes() })
  } catch (error) {
    log('ERROR', [`Invoke Error \t${toLogJson(error)}`])
    post({ type: 'error', requestId, error: toFunctionError(error), usedMemoryBytes: usedMemoryBytes() })
  }
}

/** @param {import('./load-handler.mjs').Handler} handler */
function listen(handler) {
  port.on('message', (/** @type {InvokeMessage} */ message) => {
    if (setup.multiConcurrent) return void requestIds.run(message.requestId, run, handler, message)
    process.env._X_AMZN_TRACE_ID = message.traceId
    // Lambda's process has nothing else open while its one handler runs, so a promise that can never settle ends it.
    port.unref()
    void requestIds.run(message.requestId, run, handler, message).finally(() => port.ref())
  })
}

enableCompileCache(setup.compileCacheDirectory)
install()
try {
  listen(await loadHandler(setup.taskRoot, setup.handler))
  post({ type: 'ready', usedMemoryBytes: usedMemoryBytes() })
} catch (error) {
  log('ERROR', [`Init Error \t${toLogJson(error)}`])
  post({ type: 'init-error', error: toFunctionError(error) })
}

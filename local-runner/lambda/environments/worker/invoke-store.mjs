import { AsyncLocalStorage } from 'node:async_hooks'

const REQUEST_ID = Symbol.for('_AWS_LAMBDA_REQUEST_ID')
const X_RAY_TRACE_ID = Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID')
const TENANT_ID = Symbol.for('_AWS_LAMBDA_TENANT_ID')
/** @type {readonly PropertyKey[]} */
const PROTECTED = [REQUEST_ID, X_RAY_TRACE_ID, TENANT_ID]

/** @typedef {Record<PropertyKey, unknown>} Facts */
/** @typedef {{ readonly get: () => Facts | undefined, readonly run: <T>(facts: Facts, work: () => T) => T, readonly getOrStart: () => Facts }} Current */

/** With one invocation at a time its facts stay until the next: late work belongs to the invocation that is running. */
function createSingle() {
  /** @type {Facts | undefined} */
  let current
  return /** @type {Current} */ ({
    get: () => current,
    run: (facts, work) => {
      current = facts
      return work()
    },
    getOrStart: () => (current ??= {}),
  })
}

function createMulti() {
  /** @type {AsyncLocalStorage<Facts>} */
  const storage = new AsyncLocalStorage()
  return /** @type {Current} */ ({
    get: () => storage.getStore(),
    run: (facts, work) => storage.run(facts, work),
    getOrStart: () => {
      const facts = storage.getStore()
      if (facts === undefined) throw new Error('No context available')
      return facts
    },
  })
}

/**
 * What a function finds as `awslambda.InvokeStore`: facts of the invocation that is running, and a place for its own.
 * @param {{ readonly multiConcurrent: boolean }} deps
 */
export function createInvokeStore({ multiConcurrent }) {
  const current = multiConcurrent ? createMulti() : createSingle()
  /** @param {symbol} key */
  const text = (key) => {
    const value = current.get()?.[key]
    return typeof value === 'string' ? value : undefined
  }
  return {
    getRequestId: () => text(REQUEST_ID) ?? '-',
    getXRayTraceId: () => text(X_RAY_TRACE_ID),
    getTenantId: () => text(TENANT_ID),
    getContext: current.get,
    hasContext: () => current.get() !== undefined,
    /** @param {PropertyKey} key */
    get: (key) => current.get()?.[key],
    /** @param {PropertyKey} key @param {unknown} value */
    set: (key, value) => {
      if (PROTECTED.includes(key))
        throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`)
      current.getOrStart()[key] = value
    },
    /**
     * @param {import('../worker-invoke.ts').WorkerInvoke} message
     * @param {() => Promise<void>} work
     */
    runInvocation: ({ requestId, traceId, special }, work) =>
      current.run(
        {
          [REQUEST_ID]: requestId,
          [X_RAY_TRACE_ID]: traceId,
          [TENANT_ID]: special?.tenantId,
        },
        work,
      ),
    run: current.run,
  }
}

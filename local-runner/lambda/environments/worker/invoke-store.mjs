import { AsyncLocalStorage } from 'node:async_hooks'

const REQUEST_ID = Symbol.for('_AWS_LAMBDA_REQUEST_ID')
const X_RAY_TRACE_ID = Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID')
const TENANT_ID = Symbol.for('_AWS_LAMBDA_TENANT_ID')
/** @type {readonly PropertyKey[]} */
const PROTECTED = [REQUEST_ID, X_RAY_TRACE_ID, TENANT_ID]

/** What a function finds as `awslambda.InvokeStore`: facts of the invocation that is running, and a place for its own. */
export function createInvokeStore() {
  /** @type {AsyncLocalStorage<Record<PropertyKey, unknown>>} */
  const current = new AsyncLocalStorage()
  /** @param {symbol} key */
  const text = (key) => {
    const value = current.getStore()?.[key]
    return typeof value === 'string' ? value : undefined
  }
  return {
    getRequestId: () => text(REQUEST_ID) ?? '-',
    getXRayTraceId: () => text(X_RAY_TRACE_ID),
    getTenantId: () => text(TENANT_ID),
    getContext: () => current.getStore(),
    hasContext: () => current.getStore() !== undefined,
    /** @param {PropertyKey} key */
    get: (key) => current.getStore()?.[key],
    /** @param {PropertyKey} key @param {unknown} value */
    set: (key, value) => {
      if (PROTECTED.includes(key))
        throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`)
      const store = current.getStore()
      if (store === undefined) throw new Error('No context available')
      store[key] = value
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
    /** @param {Record<PropertyKey, unknown>} context @param {() => unknown} work */
    run: (context, work) => current.run(context, work),
  }
}

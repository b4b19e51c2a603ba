import { format } from 'node:util'

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
const METHODS = /** @type {const} */ ({
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
})

/** @param {Error} error */
const errorFields = (error) => ({
  errorType: error.constructor.name,
  errorMessage: error.message,
  stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
})

/** @param {string} _key @param {unknown} value @returns {unknown} */
const spellOutErrors = (_key, value) => (value instanceof Error ? { ...errorFields(value), ...value } : value)

/** One argument is the message itself; several are formatted, and the first error among them adds its fields to the line.
 * @param {object} head @param {readonly unknown[]} parts */
function toJsonLine(head, parts) {
  const [message, ...rest] = parts
  if (rest.length === 0) {
    try {
      return JSON.stringify({ ...head, message }, spellOutErrors)
    } catch {
      return JSON.stringify({ ...head, message: format(message) })
    }
  }
  const error = rest.find((part) => part instanceof Error)
  return JSON.stringify({ ...head, message: format(...parts), ...(error && errorFields(error)) })
}

/**
 * Maps console.* to Lambda's log lines: `<ISO>\t<request id>\t<level>\t<message>`, or one JSON object each.
 * @param {{ readonly json: boolean, readonly leastLevel: string | undefined,
 *   readonly store: { readonly getRequestId: () => string, readonly getTenantId: () => string | undefined },
 *   readonly write: (requestId: string, line: string) => void }} deps
 */
export function createFunctionConsole({ json, leastLevel, store, write }) {
  const least = LEVELS.indexOf(leastLevel ?? 'TRACE')
  /** @param {string} level @param {readonly unknown[]} parts */
  const log = (level, parts) => {
    if (LEVELS.indexOf(level) < least) return
    const requestId = store.getRequestId()
    const tenantId = store.getTenantId()
    const timestamp = new Date().toISOString()
    const line = json
      ? toJsonLine({ timestamp, level, requestId, ...(tenantId && { tenantId }) }, parts)
      : `${timestamp}\t${requestId}\t${level}\t${format(...parts)}`
    write(requestId, line)
  }
  return {
    log,
    install: () => {
      for (const [method, level] of Object.entries(METHODS)) {
        Reflect.set(console, method, (/** @type {unknown[]} */ ...parts) => log(level, parts))
      }
    },
  }
}

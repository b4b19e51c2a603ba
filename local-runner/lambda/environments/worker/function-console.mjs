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
  errorType: error.constructor?.name ?? 'UnknownError',
  errorMessage: error.message,
  stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
})

/** @param {string} _key @param {unknown} value @returns {unknown} */
function spellOutErrors(_key, value) {
  if (!(value instanceof Error)) return value
  // What is no text AWS's client passes on here, and makes an empty list of for an error among several arguments.
  const stackTrace = typeof value.stack === 'string' ? value.stack.split('\n') : value.stack
  return { ...errorFields(value), stackTrace, ...value }
}

/** One argument is the message itself; several are formatted, and the first error among them adds its fields to the line.
 * @param {object} head @param {unknown} message @param {readonly unknown[]} rest */
function toJsonLine(head, message, rest) {
  if (rest.length === 0) {
    try {
      return JSON.stringify({ ...head, message }, spellOutErrors)
    } catch {
      return JSON.stringify({ ...head, message: format(message) })
    }
  }
  const error = rest.find((part) => part instanceof Error)
  return JSON.stringify({ ...head, message: format(message, ...rest), ...(error && errorFields(error)) })
}

/**
 * Maps console.* to Lambda's log lines: `<ISO>\t<request id>\t<level>\t<message>`, or one JSON object each.
 * @param {{ readonly json: boolean, readonly leastLevel: string | undefined,
 *   readonly store: { readonly getRequestId: () => string, readonly getTenantId: () => string | undefined },
 *   readonly write: (requestId: string, line: string) => void }} deps
 */
export function installFunctionConsole({ json, leastLevel, store, write }) {
  const least = LEVELS.indexOf(leastLevel ?? 'TRACE')
  /** @param {string} level @param {unknown} message @param {readonly unknown[]} rest */
  const log = (level, message, rest) => {
    if (LEVELS.indexOf(level) < least) return
    const requestId = store.getRequestId()
    const tenantId = store.getTenantId()
    const timestamp = new Date().toISOString()
    const line = json
      ? toJsonLine({ timestamp, level, requestId, ...(tenantId && { tenantId }) }, message, rest)
      : `${timestamp}\t${requestId}\t${level}\t${format(message, ...rest)}`
    write(requestId, line)
  }
  for (const [method, level] of Object.entries(METHODS)) {
    // The first argument is a parameter as in AWS's client, whose `console.log()` writes `undefined`.
    Reflect.set(console, method, (/** @type {unknown} */ message, /** @type {unknown[]} */ ...rest) =>
      log(level, message, rest),
    )
  }
}

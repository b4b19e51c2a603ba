import { format } from 'node:util'

const LEVELS = /** @type {const} */ ({
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
})

/**
 * Maps console.* to Lambda's text log lines: `<ISO>\t<request id>\t<level>\t<message>`.
 * @param {() => string | undefined} currentRequestId
 * @param {(requestId: string | undefined, line: string) => void} write
 */
export function createFunctionConsole(currentRequestId, write) {
  /** @param {string} level @param {readonly unknown[]} parts */
  const log = (level, parts) => {
    const requestId = currentRequestId()
    write(requestId, `${new Date().toISOString()}\t${requestId ?? '-'}\t${level}\t${format(...parts)}`)
  }
  return {
    log,
    install: () => {
      for (const [method, level] of Object.entries(LEVELS)) {
        Reflect.set(console, method, (/** @type {unknown[]} */ ...parts) => log(level, parts))
      }
    },
  }
}

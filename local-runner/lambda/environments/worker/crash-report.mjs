import { existsSync, readFileSync } from 'node:fs'
import { inspect } from 'node:util'

/** File, line and column of a frame. */
const PLACE = /(?:file:\/\/)?(\/[^\s()]+):(\d+):(\d+)\)?$/

/**
 * Whether nobody has looked at the stack yet. Then the error knows its place; later only a `throw` does.
 * @param {Error} error
 */
function isFresh(error) {
  const { prepareStackTrace } = Error
  let fresh = false
  Error.prepareStackTrace = (...given) => {
    fresh = true
    return prepareStackTrace?.(...given)
  }
  void error.stack
  Error.prepareStackTrace = prepareStackTrace
  return fresh
}

/** The line of code that an error comes from, as Node.js puts it before the error: with its place, and a mark below.
 * @param {Error} error @param {boolean} isThrown */
function sourceLine(error, isThrown) {
  if (!isFresh(error) && !isThrown) return ''
  const [firstFrame = ''] = /^ +at .*$/m.exec(String(error.stack)) ?? []
  const [, file = '', line = '', column = ''] = PLACE.exec(firstFrame) ?? []
  if (!existsSync(file)) return ''
  const text = readFileSync(file, 'utf8').split('\n')[Number(line) - 1]
  if (text === undefined) return ''
  // The error knows the place of its `new`. Of what is thrown Node.js names the `throw`, as a rule on the same line.
  const place = Number(column) - 1
  const thrown = isThrown ? text.lastIndexOf('throw ', place) : -1
  const before = text.slice(0, thrown === -1 ? place : thrown)
  return `${file}:${line}\n${text}\n${before.replace(/[^\t]/g, ' ')}^\n\n`
}

/** Calls what Node.js leaves on an error that an emitter has thrown: its stack, with the place of the `emit`. @param {Error} error */
function emittedStack(error) {
  const key = Object.getOwnPropertySymbols(error).find(
    ({ description }) => description === 'kEnhanceStackBeforeInspector',
  )
  const enhance = /** @type {unknown} */ (key && Reflect.get(error, key))
  return typeof enhance === 'function' ? /** @type {string} */ (enhance.call(error)) : undefined
}

/** @param {unknown} thrown */
function text(thrown) {
  const isNamed = typeof thrown === 'object' && thrown !== null && 'name' in thrown && 'message' in thrown
  return isNamed ? `${String(thrown.name)}: ${String(thrown.message)}` : String(thrown)
}

/** What Node.js writes to stderr when it ends with an uncaught error. @param {unknown} thrown @param {boolean} isThrown */
function crashReport(thrown, isThrown) {
  if (!(thrown instanceof Error)) {
    return `${text(thrown)}\n(Use \`node --trace-uncaught ...\` to show where the exception was thrown)`
  }
  const emitted = emittedStack(thrown)
  if (emitted === undefined) return `${sourceLine(thrown, isThrown)}${inspect(thrown)}`
  thrown.stack = emitted
  return inspect(thrown)
}

/** A thread gives an uncaught error to its parent only. @param {(report: string) => void} write */
export function installCrashReports(write) {
  process.on('uncaughtExceptionMonitor', (/** @type {unknown} */ thrown, origin) => {
    const isCaught =
      process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()
    if (isCaught) return
    write(`${crashReport(thrown, origin === 'uncaughtException')}\n\nNode.js ${process.version}\n`)
  })
}

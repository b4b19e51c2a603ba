import { existsSync, readFileSync } from 'node:fs'
import { inspect } from 'node:util'

/** The first frame's file, line and column. */
const PLACE = /^ +at .*?(?:file:\/\/)?(\/[^\s()]+):(\d+):(\d+)\)?$/m

/** The line of code that an error comes from, as Node.js puts it before the error: with its place, and a mark below.
 * @param {Error} error */
function sourceLine(error) {
  const [, file = '', line = '', column = ''] = PLACE.exec(String(error.stack)) ?? []
  if (!existsSync(file)) return ''
  const text = readFileSync(file, 'utf8').split('\n')[Number(line) - 1]
  if (text === undefined) return ''
  // The error's own place is that of `new Error`; Node.js names that of the `throw` before it.
  const before = text.slice(0, Number(column) - 1).replace(/throw +$/, '')
  return `${file}:${line}\n${text}\n${before.replace(/[^\t]/g, ' ')}^\n\n`
}

/** What Node.js writes to stderr when it ends with an uncaught error. @param {unknown} thrown */
export function crashReport(thrown) {
  const what =
    thrown instanceof Error
      ? `${sourceLine(thrown)}${inspect(thrown)}`
      : `Uncaught:\n${inspect(thrown)}\n(Use \`node --trace-uncaught ...\` to show where the exception was thrown)`
  return `${what}\n\nNode.js ${process.version}\n`
}

/** A thread gives an uncaught error to its parent only. @param {(report: string) => void} write */
export function installCrashReports(write) {
  process.on('uncaughtExceptionMonitor', (error) => {
    const isCaught =
      process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()
    if (!isCaught) write(crashReport(error))
  })
}

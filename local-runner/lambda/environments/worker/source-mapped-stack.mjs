import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, resolve } from 'node:path'

// Node's own --enable-source-maps reads and parses the map of a module when it is loaded: 10 ms more for each cold start of
// our bundles (measured). This reads it when the first stack is looked at.

/** `file:line:column`, in brackets or not, as V8 writes a frame's place. */
const PLACE = /(?:file:\/\/)?(\/[^\s()]+):(\d+):(\d+)/g

/** @type {Map<string, SourceMap | undefined>} */
const maps = new Map()

/** @param {string} path */
function readMap(path) {
  /** @type {unknown} */
  const payload = JSON.parse(readFileSync(path, 'utf8'))
  return new SourceMap(/** @type {import('node:module').SourceMapPayload} */ (payload))
}

/** @param {string} file @returns {SourceMap | undefined} */
function mapOf(file) {
  const path = `${file}.map`
  if (!maps.has(file)) maps.set(file, existsSync(path) ? readMap(path) : undefined)
  return maps.get(file)
}

/** Names the sources that a bundle was built from instead of places in the bundle. @param {string} stack */
function toSources(stack) {
  return stack.replace(
    PLACE,
    (place, /** @type {string} */ file, /** @type {string} */ line, /** @type {string} */ column) => {
      const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1)
      if (entry === undefined || !('originalSource' in entry)) return place
      const source = resolve(dirname(file), entry.originalSource)
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
    },
  )
}

/** Node.js marks its own errors on a prototype, not always the nearest. @param {unknown} error @returns {boolean} */
const isOfNode = (error) =>
  error instanceof Object &&
  (Object.getOwnPropertySymbols(error).some(({ description }) => description === 'kIsNodeError') ||
    isOfNode(Object.getPrototypeOf(error)))

/** As Node.js begins a stack: its own errors are named with their code. @param {Error} error */
const headOf = (error) =>
  isOfNode(error) && 'code' in error
    ? `${error.name} [${String(error.code)}]: ${error.message}`
    : Error.prototype.toString.call(error)

/** Makes every stack in this thread name sources. */
export function installSourceMappedStacks() {
  Error.prepareStackTrace = (error, frames) => {
    const stack = [
      headOf(error),
      ...frames.map((/** @type {{ toString: () => string }} */ frame) => `    at ${frame.toString()}`),
    ].join('\n')
    try {
      return toSources(stack)
    } catch {
      return stack // A map that cannot be read must not hide the error.
    }
  }
}

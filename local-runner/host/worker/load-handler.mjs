import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { RuntimeError } from './function-error.mjs'

/** @typedef {(event: unknown, context: object) => unknown} Handler */

const CALLBACK_REMOVED =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
  'You need to modify this function to use a supported handler signature to use Node.js 24 or later. ' +
  'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.'

/** @param {string} path without its extension; the order is AWS's @returns {string} */
function findModule(path) {
  const found = ['', '.js', '.mjs', '.cjs']
    .map((extension) => path + extension)
    .find((file) => existsSync(file))
  if (found === undefined) {
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${path.split(/[\\/]/).at(-1)}'`,
    )
  }
  return found
}

/** @param {string} file @returns {Promise<unknown>} */
async function loadModule(file) {
  try {
    // import() of a .cjs file first scans all its text for export names; a bundle is half a megabyte.
    /** @type {unknown} */
    const loaded = file.endsWith('.cjs') ? createRequire(file)(file) : await import(pathToFileURL(file).href)
    return loaded
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new RuntimeError('Runtime.UserCodeSyntaxError', String(error), error)
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', String(error), error)
    }
    throw error
  }
}

/** @param {unknown} owner @param {string} key @returns {unknown} */
const property = (owner, key) =>
  (typeof owner === 'object' && owner !== null) || typeof owner === 'function'
    ? Reflect.get(owner, key)
    : undefined

/**
 * Finds the handler by AWS's rules for Node 24.
 * @param {string} taskRoot @param {string} handlerName such as `index.handler`
 * @returns {Promise<Handler>}
 */
export async function loadHandler(taskRoot, handlerName) {
  const [, directory = '', moduleName, exportPath] = /^(.*\/)?([^/.]+)\.([^/]+)$/.exec(handlerName) ?? []
  if (handlerName.includes('..') || moduleName === undefined || exportPath === undefined) {
    throw new RuntimeError(
      'Runtime.MalformedHandlerName',
      `'${handlerName}' is not a valid handler name. Use "file.export".`,
    )
  }
  const loaded = await loadModule(findModule(join(taskRoot, directory, moduleName)))
  /** @param {unknown} root */
  const find = (root) => exportPath.split('.').reduce(property, root)
  const handler = find(loaded) ?? find(property(loaded, 'default'))
  if (handler === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`)
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is not a function`)
  }
  if (handler.length >= 3) throw new RuntimeError('Runtime.CallbackHandlerDeprecated', CALLBACK_REMOVED)
  return /** @type {Handler} */ (handler)
}

import { existsSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  CallbackHandlerDeprecatedError,
  HandlerNotFoundError,
  ImportModuleError,
  MalformedHandlerNameError,
  UserCodeSyntaxError,
} from './function-error.mjs'
import { asStreaming } from './response-stream.mjs'

/** @typedef {(event: unknown, context: object) => unknown} Handler */

const CALLBACK_REMOVED =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
  'You need to modify this function to use a supported handler signature to use Node.js 24 or later. ' +
  'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.'

const requireHere = createRequire(import.meta.url)

/**
 * `require` of a file that nobody requires: its own name is not in its require stack twice. Not `import()`, which scans all
 * text of a .cjs file for export names before it runs; a bundle is half a megabyte.
 * @type {(file: string, parent: null, isMain: boolean) => unknown}
 */
const requireFile = Reflect.get(Module, '_load')

/** The order is AWS's. A name that is no file may still be a package. @param {string} taskRoot @param {string} folder @param {string} name */
function findModule(taskRoot, folder, name) {
  const path = resolve(taskRoot, folder, name)
  const file = ['', '.js', '.mjs', '.cjs']
    .map((extension) => path + extension)
    .find((candidate) => existsSync(candidate))
  return file ?? requireHere.resolve(name, { paths: [taskRoot, join(taskRoot, folder)] })
}

/** @param {string} taskRoot @param {string} folder @param {string} name @returns {Promise<unknown>} */
async function loadModule(taskRoot, folder, name) {
  try {
    const file = findModule(taskRoot, folder, name)
    /** @type {unknown} */
    const loaded = file.endsWith('.cjs') ? requireFile(file, null, false) : await import(pathToFileURL(file).href)
    return loaded
  } catch (error) {
    if (error instanceof SyntaxError) {
      // With the place of the fault above it, as Node.js gives it.
      throw Object.assign(new UserCodeSyntaxError(String(error)), { stack: error.stack })
    }
    // Only this code: AWS's client passes on an ERR_MODULE_NOT_FOUND of import() as it is.
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
      throw new ImportModuleError(String(error))
    }
    throw error
  }
}

/** @param {unknown} owner @param {string} key @returns {unknown} */
const property = (owner, key) => (typeof owner === 'object' && owner !== null ? Reflect.get(owner, key) : undefined)

/**
 * Finds the handler by AWS's rules for Node 24.
 * @param {string} taskRoot @param {string} handlerName such as `index.handler`
 * @returns {Promise<Handler>}
 */
export async function loadHandler(taskRoot, handlerName) {
  if (handlerName.includes('..')) {
    throw new MalformedHandlerNameError(`'${handlerName}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    )
  }
  const last = basename(handlerName)
  const [, moduleName, exportPath] = /^([^.]*)\.(.*)$/.exec(last) ?? []
  if (moduleName === undefined || exportPath === undefined) {
    throw new MalformedHandlerNameError('Bad handler')
  }
  const directory = handlerName.slice(0, handlerName.indexOf(last))
  const loaded = await loadModule(taskRoot, directory, moduleName)
  /** @param {unknown} root */
  const find = (root) => exportPath.split('.').reduce(property, root)
  const handler = find(loaded) || find(property(loaded, 'default'))
  if (!handler) {
    throw new HandlerNotFoundError(`${handlerName} is undefined or not exported`)
  }
  if (typeof handler !== 'function') {
    throw new HandlerNotFoundError(`${handlerName} is not a function`)
  }
  const found = /** @type {Handler} */ (handler)
  if (found.length >= 3 && !asStreaming(found)) {
    throw new CallbackHandlerDeprecatedError(CALLBACK_REMOVED)
  }
  return found
}

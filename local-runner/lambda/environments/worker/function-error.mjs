// The worker's side is JavaScript: stripping types in every new thread made a cold start 22 ms slower (measured).

// The runtime's own errors. Some logs show the name of the class, others its `name`; both are those of AWS's client.

export class HandlerNotFoundError extends Error {
  /** @override */
  name = 'Runtime.HandlerNotFound'
}

export class MalformedHandlerNameError extends Error {
  /** @override */
  name = 'Runtime.MalformedHandlerName'
}

export class ImportModuleError extends Error {
  /** @override */
  name = 'Runtime.ImportModuleError'
}

export class UserCodeSyntaxError extends Error {
  /** @override */
  name = 'Runtime.UserCodeSyntaxError'
}

export class CallbackHandlerDeprecatedError extends Error {
  /** @override */
  name = 'Runtime.CallbackHandlerDeprecated'
}

export class JSONStringifyError extends Error {
  /** @override */
  name = 'Runtime.JSONStringifyError'
}

export class InvalidStreamingOperation extends Error {
  /** @override */
  name = 'Runtime.InvalidStreamingOperation'
}

export class MalformedStreamingHandler extends Error {
  /** @override */
  name = 'Runtime.MalformedStreamingHandler'
}

/** AWS's client escapes the one control character that its headers cannot hold. @param {string} text */
const withoutDel = (text) => text.replaceAll('\x7f', '%7F')

/**
 * The error as AWS's Node runtime client sends it: `errorType` is the error's name, or `typeof` for what is no Error.
 * @param {unknown} thrown
 */
export function toFunctionError(thrown) {
  try {
    if (!(thrown instanceof Error)) {
      return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
    }
    return {
      errorType: withoutDel(thrown.name),
      errorMessage: withoutDel(thrown.message),
      trace: thrown.stack ? withoutDel(thrown.stack).split('\n') : [],
    }
  } catch {
    // Its own text, from the time of callbacks.
    const errorMessage =
      'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack'
    return { errorType: 'handled', errorMessage, trace: [] }
  }
}

/** What was thrown, for the log. @param {unknown} thrown */
export const intoError = (thrown) => (thrown instanceof Error ? thrown : new Error(String(thrown)))

/** @param {string} _key @param {unknown} value @returns {unknown} */
function spellOutErrors(_key, value) {
  if (!(value instanceof Error)) return value
  const { name: errorType, message: errorMessage, stack } = value
  const code = 'code' in value ? value.code : undefined
  const fields = { errorType, errorMessage, code, ...value }
  return typeof stack === 'string' ? { ...fields, stack: stack.split('\n') } : fields
}

/** The tail of an `Invoke Error` or `Init Error` log line, as AWS's client writes it: own fields are kept. @param {Error} error */
export function toLogJson(error) {
  try {
    return JSON.stringify(error, spellOutErrors)
  } catch {
    return JSON.stringify(toFunctionError(error)) // An own field that does not serialize must not hide the error.
  }
}

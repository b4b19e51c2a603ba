// The worker's side is JavaScript: stripping types in every new thread made a cold start 22 ms slower (measured).

/** An error of the runtime itself, such as `Runtime.HandlerNotFound`, as AWS's runtime client names them. */
export class RuntimeError extends Error {
  /** @param {string} errorType @param {string} message */
  constructor(errorType, message) {
    super(message)
    this.name = errorType
  }
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

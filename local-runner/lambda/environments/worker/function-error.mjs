// The worker's side is JavaScript: stripping types in every new thread made a cold start 22 ms slower (measured).

/** An error of the runtime itself, such as `Runtime.HandlerNotFound`, as AWS's runtime client names them. */
export class RuntimeError extends Error {
  /** @param {string} errorType @param {string} message @param {unknown} [cause] */
  constructor(errorType, message, cause) {
    super(message, { cause })
    this.name = errorType
    const frames = (cause instanceof Error ? cause.stack : this.stack)?.split('\n').slice(1) ?? []
    this.stack = [`${errorType}: ${message}`, ...frames].join('\n')
  }
}

/**
 * The error as AWS's Node runtime client sends it: `errorType` is the error's name, or `typeof` for what is no Error.
 * @param {unknown} thrown
 */
export function toFunctionError(thrown) {
  if (!(thrown instanceof Error)) {
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
  }
  return {
    errorType: String(thrown.name),
    errorMessage: String(thrown.message),
    trace: String(thrown.stack).split('\n'),
  }
}

/**
 * The tail of an `Invoke Error` or `Init Error` log line; there the frames are called `stack`, and own fields are kept.
 * @param {unknown} thrown
 */
export function toLogJson(thrown) {
  const { trace, ...error } = toFunctionError(thrown)
  const own = thrown instanceof Error ? { ...thrown, name: undefined } : {}
  try {
    return JSON.stringify({ ...error, ...own, stack: trace })
  } catch {
    return JSON.stringify({ ...error, stack: trace }) // An own field that does not serialize must not hide the error.
  }
}

import type { FunctionError } from '../../invocation.ts'

const isFunctionError = (value: unknown): value is FunctionError =>
  typeof value === 'object' &&
  value !== null &&
  'errorType' in value &&
  typeof value.errorType === 'string' &&
  'errorMessage' in value &&
  typeof value.errorMessage === 'string'

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `Runtime.` or `Function.` and a word, else unknown: what AWS makes of the error-type header (RIE fatalerror.go). */
function validErrorType(errorType: string): string {
  if (/(Runtime|Function)\.[A-Z][a-zA-Z]+/.test(errorType)) return errorType
  return errorType.startsWith('Function.') ? 'Function.Unknown' : 'Runtime.Unknown'
}

/** The error that a runtime posted, with all its fields; one in an unknown form becomes text. */
export function parseFunctionError(body: string, errorTypeHeader: string | undefined): FunctionError {
  const value = parsed(body)
  return isFunctionError(value)
    ? value
    : { errorType: validErrorType(errorTypeHeader ?? ''), errorMessage: body }
}

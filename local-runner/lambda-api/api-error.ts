import type { HttpResponse } from '../http/response.ts'

const errorAnswer = (
  statusCode: number,
  type: string,
  body: Readonly<Record<string, string>>,
): HttpResponse => ({
  statusCode,
  headers: [
    ['content-type', 'application/json'],
    ['x-amzn-errortype', type],
  ],
  body: JSON.stringify(body),
})

/** An error of the Lambda API itself, in the form that AWS's SDKs read: the type in a header, the rest as JSON. */
export const apiError = (
  statusCode: number,
  type: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
): HttpResponse => errorAnswer(statusCode, type, { Type: 'User', message, ...more })

/** The only error whose message has a capital. */
export const resourceNotFound = (message: string): HttpResponse =>
  errorAnswer(404, 'ResourceNotFoundException', { Type: 'User', Message: message })

export const invalidParameter = (message: string): HttpResponse =>
  apiError(400, 'InvalidParameterValueException', message)

/** A value of a request that breaks the model of the API. @param constraint after "Member must" */
export const violation = (value: string | null, field: string, constraint: string): string =>
  `Value ${value === null ? 'null' : `'${value}'`} at '${field}' failed to satisfy constraint: Member must ${constraint}`

/** AWS names every violation at once. */
export const validationError = (violations: readonly string[]): HttpResponse =>
  errorAnswer(400, 'ValidationException', {
    message: `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: ${violations.join('; ')}`,
  })

import type { HttpResponse } from '../http/response.ts'

/** An error of the Lambda API itself, in the form that AWS's SDKs read: the type in a header, the rest as JSON. */
export const apiError = (
  statusCode: number,
  type: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  statusCode,
  headers: [
    ['content-type', 'application/json'],
    ['x-amzn-errortype', type],
  ],
  body: JSON.stringify({ Type: 'User', message, ...more }),
})

import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { AppError } from '../errors.ts'
import type { Log } from '../logger.ts'

/** Answers an AppError as an RFC 9457 problem with its status; any other error is answered 500 without detail. Each 500 is logged. */
export function problemDetails({ log }: { readonly log: Log }): MiddlewareObj<unknown, unknown> {
  return {
    onError: (request) => {
      const { error, context } = request
      request.response = toProblem(error, context.awsRequestId)
      if (!(error instanceof AppError) || error.status === 500) log.error('unexpected error', { error })
      else if (error.kind === 'unavailable') log.warn(error.message, { error })
    },
  }
}

function toProblem(error: unknown, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { code, status, headers, message, kind, extensions } =
    error instanceof AppError
      ? error
      : new AppError('unavailable', 'internal_error', 'Unexpected error.', { status: 500 })
  const title = code.replaceAll('_', ' ')
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({
      type: `urn:problem-type:${code}`,
      title: title.charAt(0).toUpperCase() + title.slice(1),
      status,
      detail: message,
      instance: `urn:request:${requestId}`,
      code,
      retryable: kind === 'unavailable',
      ...extensions,
    }),
  }
}

import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { AppError } from '../errors.ts'

/** An HTTP event whose body, where the method has one, is parsed JSON, not yet validated. */
export type HttpRequest = Omit<APIGatewayProxyEventV2, 'body'> & { body?: unknown }

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH'])
const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i

/**
 * Replaces the body of a POST, PUT or PATCH by its parsed JSON, or by undefined where there is neither a body nor a content
 * type. A body that is too large is 413, of another type 415, not JSON 400.
 */
export function jsonBody({ maxBytes }: { readonly maxBytes: number }): MiddlewareObj<HttpRequest, unknown> {
  return {
    before: ({ event }) => {
      if (!WITH_BODY.has(event.requestContext.http.method)) return
      const bytes = Buffer.from(
        typeof event.body === 'string' ? event.body : '',
        event.isBase64Encoded ? 'base64' : 'utf8',
      )
      if (bytes.length > maxBytes) {
        throw new AppError(
          'invalid',
          'body_too_large',
          `The body has ${bytes.length} bytes; at most ${maxBytes} are taken.`,
          {
            status: 413,
          },
        )
      }
      if (bytes.length === 0 && event.headers['content-type'] === undefined) {
        event.body = undefined
        return
      }
      const contentType = event.headers['content-type'] ?? ''
      if (!JSON_TYPE.test(contentType)) {
        throw new AppError(
          'invalid',
          'unsupported_media_type',
          'Send the body as content-type: application/json.',
          {
            status: 415,
            headers: { 'accept-post': 'application/json' },
          },
        )
      }
      event.body = parse(bytes.toString('utf8'))
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid', 'malformed_json', `The body is not JSON: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** A complete response, not sent yet. */
export interface HttpResponse {
  readonly statusCode: number
  /** In sending order; names may repeat. Each character is one byte. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Text is sent as UTF-8. */
  readonly body: string | Buffer
}

export const jsonText = (statusCode: number, body: string): HttpResponse => ({
  statusCode,
  headers: [['content-type', 'application/json']],
  body,
})

export const plainText = (statusCode: number, body: string): HttpResponse => ({
  statusCode,
  headers: [['content-type', 'text/plain; charset=utf-8']],
  body,
})

/** API Gateway's form of an error: `{"message": "..."}`. */
export const message = (statusCode: number, text: string) =>
  jsonText(statusCode, JSON.stringify({ message: text }))

export const badRequest = message(400, 'Bad Request')
export const notFound = message(404, 'Not Found')
export const tooLarge = message(413, 'Request Entity Too Large')
/** For any function error, and for an answer that is not an HTTP response. The capital S is that of HTTP APIs. */
export const internalServerError = message(500, 'Internal Server Error')
export const serviceUnavailable = message(503, 'Service Unavailable')

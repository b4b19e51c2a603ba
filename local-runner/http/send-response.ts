import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { HttpResponse } from './response.ts'

const hasNoBody = (statusCode: number) => statusCode === 204 || statusCode === 304

/** Sends a complete response. Does nothing when the client has disconnected. */
export function sendResponse(
  response: ServerResponse,
  { statusCode, headers, body }: HttpResponse,
  more: readonly (readonly [string, string])[] = [],
) {
  if (response.destroyed) return
  const flat: string[] = []
  for (const [name, value] of headers) flat.push(name, value)
  for (const [name, value] of more) flat.push(name, value)
  // Node would write the headers in the encoding of a text body, which is not theirs.
  const bytes = Buffer.from(body)
  if (!hasNoBody(statusCode)) flat.push('content-length', String(bytes.length))
  // Named, because a response whose first attempt failed would keep that attempt's text.
  response.writeHead(statusCode, STATUS_CODES[statusCode] ?? 'Unknown', flat)
  response.end(hasNoBody(statusCode) ? undefined : bytes)
}
